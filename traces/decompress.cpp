#include "traces/decompress.hpp"

#include <zlib.h>
#include <zstd.h>

#include <span>
#include <utility>
#include <vector>

#include "sim/core/check.hpp"
#include "sim/core/error.hpp"

namespace spillway {

namespace {

constexpr std::size_t kPackedBuffer = std::size_t{64} * 1024;

InputError cut_short(const std::string& name, const char* format) {
    return InputError(name, std::string("ends in the middle of its ") + format + " data",
                      "the file was cut short: copy or download it again");
}
InputError damaged(const std::string& name, const char* format, const char* reason) {
    return InputError(name, std::string("is damaged ") + format + " data: " + reason,
                      "copy or download it again");
}

/// The compressed side: a reused buffer and what of it is not consumed yet.
class PackedBytes {
public:
    explicit PackedBytes(std::unique_ptr<ByteSource> source)
        : source_(std::move(source)), buffer_(kPackedBuffer) {}

    /// False at the end of the file.
    bool ensure() {
        if (left_.empty())
            left_ = std::span(buffer_).first(source_->read(buffer_));
        return !left_.empty();
    }
    std::span<char> left() const noexcept { return left_; }
    void keep_last(std::size_t count) { left_ = left_.last(count); }

private:
    std::unique_ptr<ByteSource> source_;
    std::vector<char> buffer_;
    std::span<char> left_;
};

class GzipSource final : public ByteSource {
public:
    GzipSource(std::unique_ptr<ByteSource> packed, std::string name)
        : packed_(std::move(packed)), name_(std::move(name)) {
        constexpr int kGzipOnly = 16 + MAX_WBITS;
        SPILLWAY_CHECK(inflateInit2(&stream_, kGzipOnly) == Z_OK, "zlib could not start");
    }
    ~GzipSource() override { inflateEnd(&stream_); }
    GzipSource(const GzipSource&) = delete;
    GzipSource& operator=(const GzipSource&) = delete;

    std::size_t read(std::span<char> into) override {
        while (true) {
            // What the decoder still holds comes first: it may have taken all input and not given all output.
            const bool more = packed_.ensure();
            if (!more && !inside_member_)
                return 0;
            const std::size_t count = inflate_some(into);
            if (count != 0)
                return count;
            if (!more && inside_member_)
                throw cut_short(name_, "gzip");
        }
    }

private:
    std::size_t inflate_some(std::span<char> into) {
        inside_member_ = true;
        stream_.next_in = reinterpret_cast<Bytef*>(packed_.left().data());
        stream_.avail_in = static_cast<uInt>(packed_.left().size());
        stream_.next_out = reinterpret_cast<Bytef*>(into.data());
        stream_.avail_out = static_cast<uInt>(into.size());
        const int result = inflate(&stream_, Z_NO_FLUSH);
        if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
            throw damaged(name_, "gzip", stream_.msg != nullptr ? stream_.msg : "unknown format");
        }
        packed_.keep_last(stream_.avail_in);
        if (result == Z_STREAM_END) {
            inside_member_ = false;
            inflateReset(&stream_);  // another member may follow
        }
        return into.size() - stream_.avail_out;
    }

    PackedBytes packed_;
    std::string name_;
    z_stream stream_{};
    bool inside_member_ = false;
};

class ZstdSource final : public ByteSource {
public:
    ZstdSource(std::unique_ptr<ByteSource> packed, std::string name)
        : packed_(std::move(packed)), name_(std::move(name)), stream_(ZSTD_createDStream()) {
        SPILLWAY_CHECK(stream_ != nullptr, "zstd could not start");
    }

    std::size_t read(std::span<char> into) override {
        while (true) {
            const bool more = packed_.ensure();
            if (!more && !inside_frame_)
                return 0;
            const std::size_t count = decompress_some(into);
            if (count != 0)
                return count;
            if (!more && inside_frame_)
                throw cut_short(name_, "zstd");
        }
    }

private:
    struct Free {
        void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
    };

    std::size_t decompress_some(std::span<char> into) {
        ZSTD_inBuffer in{packed_.left().data(), packed_.left().size(), 0};
        ZSTD_outBuffer out{into.data(), into.size(), 0};
        if (in.size == 0 && !inside_frame_)
            return 0;
        const std::size_t result = ZSTD_decompressStream(stream_.get(), &out, &in);
        if (ZSTD_isError(result) != 0)
            throw damaged(name_, "zstd", ZSTD_getErrorName(result));
        packed_.keep_last(in.size - in.pos);
        inside_frame_ = result != 0;
        return out.pos;
    }

    PackedBytes packed_;
    std::string name_;
    std::unique_ptr<ZSTD_DStream, Free> stream_;
    bool inside_frame_ = false;
};

}  // namespace

std::unique_ptr<ByteSource> decompress_gzip(std::unique_ptr<ByteSource> packed, std::string name) {
    return std::make_unique<GzipSource>(std::move(packed), std::move(name));
}

std::unique_ptr<ByteSource> decompress_zstd(std::unique_ptr<ByteSource> packed, std::string name) {
    return std::make_unique<ZstdSource>(std::move(packed), std::move(name));
}

}  // namespace spillway
