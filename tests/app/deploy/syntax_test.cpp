// YAML, Python and Terraform as trees.
#include "app/deploy/config_tree.hpp"
#include "app/deploy/hcl_file.hpp"
#include "app/deploy/python_file.hpp"
#include "app/deploy/yaml_file.hpp"
#include "app/io/json_file.hpp"
#include "app/io/json_text.hpp"
#include "sim/core/error.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

/// Without the spaces that people write.
std::string compact(const std::string& json) { return json_text(read_config_text(json, "")); }

std::string yaml_as_json(const std::string& text) { return json_text(read_yaml(text, "f.yaml").at(0)); }

template <typename Read>
std::string refusal(Read&& read) {
    try {
        read();
    } catch (const InputError& error) {
        return error.where() + ": " + error.problem();
    }
    return "not refused";
}

}  // namespace

TEST_CASE("a plain scalar of YAML is what it looks like, and a quoted one text", "[app][deploy]") {
    CHECK(yaml_as_json("a: 1\nb: \"1\"\nc: 1.5\nd: true\ne:\nf: 'true'\ng: 30s\n") ==
          compact(R"({"a": 1, "b": "1", "c": 1.5, "d": true, "e": null, "f": "true", "g": "30s"})"));
    CHECK(yaml_as_json("{\"a\": [1, {\"b\": 2}]}") == compact(R"({"a": [1, {"b": 2}]})"));
    CHECK(read_yaml("a: 1\n---\n---\nb: 2\n", "f.yaml").size() == 2);
}

TEST_CASE("values of YAML know their line", "[app][deploy]") {
    const ConfigNode document = read_yaml("spec:\n  min: 1\n  list:\n    - max: 2\n", "f.yaml").at(0);
    CHECK(find_in_tree(document, "spec>min")->where() == "f.yaml:2: spec.min");
    CHECK(find_in_tree(document, "spec>list>[0]>max")->where() == "f.yaml:4: spec.list[0].max");
}

TEST_CASE("what is written as YAML is read back as the same", "[app][deploy]") {
    for (const char* json :
         {R"({"a": "1", "b": "true", "c": "null", "d": "yes", "e": "", "f": "~", "g": "x: y", "h": "#no"})",
          R"({"a": "two\nlines\n", "b": "- dash", "c": "1e5", "d": "0x1F", "e": " padded "})",
          R"({"a": {"b": {}}, "l": [], "m": [{"n": 1, "o": [1, 2]}, 3], "p": 2.5, "q": false, "r": null})"}) {
        CHECK(json_text(read_yaml(yaml_text(read_config_text(json, "")), "f").at(0)) == compact(json));
    }
}

TEST_CASE("what is no YAML is refused with its line", "[app][deploy]") {
    CHECK_THAT(refusal([] { read_yaml("a: 1\nb: [1, 2\n", "f.yaml"); }), Catch::StartsWith("f.yaml:"));
    CHECK(refusal([] { read_yaml("a: 1\nb: 2\na: 3\n", "f.yaml"); }) == "f.yaml:3: a: is given twice");
    CHECK_THAT(refusal([] { read_yaml("? [a]\n: 1\n", "f.yaml"); }), Catch::Contains("key that is no text"));
    std::string bomb = "a0: &a0 [x]\n";
    for (int i = 1; i < 12; ++i) {
        const std::string below = "*a" + std::to_string(i - 1);
        bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + below;
        for (int j = 0; j < 9; ++j) bomb += ", " + below;
        bomb += "]\n";
    }
    CHECK_THAT(refusal([&] { read_yaml(bomb, "f.yaml"); }), Catch::Contains("nested too deep"));
    CHECK_THAT(refusal([] { read_yaml(std::string(5000, '['), "f.yaml"); }), Catch::StartsWith("f.yaml"));
}

TEST_CASE("decorators are read with constants, sums and products", "[app][deploy]") {
    const ConfigNode file = read_python(R"(
import modal
MINUTES = 60  # seconds
N_GPU = 2
app = modal.App("vllm")

@app.function(
    image=vllm_image.pip_install("vllm"),
    gpu=f"H100:{N_GPU}",
    scaledown_window=15 * MINUTES,
    timeout=(10 * MINUTES) + 5,
    volumes={"/root": vol},
    region=["us", "eu"], retries=-1, cpu=0.5,
    secrets=[modal.Secret.from_name("x")],
)
@modal.concurrent(max_inputs=32)
@modal.web_server(port=8000)
def serve():
    @app.function(gpu="L4")
    def inner(): pass
)",
                                        "f.py");
    CHECK(json_text(*file.find("app")) == "\"vllm\"");
    REQUIRE(file.find("units")->items().size() == 1);
    const ConfigNode& unit = file.find("units")->items().front();
    CHECK(unit.find("name")->as_text() == "serve");
    const ConfigNode& function = *unit.find("function");
    CHECK(function.find("gpu")->as_text() == "H100:2");
    CHECK(function.find("gpu")->where() == "f.py:9: app.function(gpu=)");
    CHECK(function.find("scaledown_window")->as_integer() == 900);
    CHECK(function.find("timeout")->as_integer() == 605);
    CHECK(function.find("retries")->as_integer() == -1);
    CHECK(function.find("cpu")->as_number() == 0.5);
    CHECK(json_text(*function.find("region")) == compact(R"(["us", "eu"])"));
    CHECK(plain_text(*function.find("image")) == "vllm_image.pip_install(\"vllm\")");
    CHECK(is_expression(*function.find("volumes")));
    CHECK(unit.find("concurrent")->find("max_inputs")->as_integer() == 32);
}

TEST_CASE("a constant that changes to something unknown is unknown", "[app][deploy]") {
    const ConfigNode file = read_python("N = 1\nN = f()\n@app.cls(a=N, b=M)\nclass C: pass\n", "f.py");
    const ConfigNode& arguments = *file.find("units")->items().front().find("cls");
    CHECK(is_expression(*arguments.find("a")));
    CHECK_THROWS_AS(require_value(*arguments.find("b")), InputError);
}

TEST_CASE("Python that is not closed is refused with its line", "[app][deploy]") {
    CHECK(refusal([] { read_python("x = 1\n@app.cls(a=1\n", "f.py"); }) == "f.py:2: \"(\" is not closed");
    CHECK(refusal([] { read_python("x = 'abc\n", "f.py"); }) == "f.py:1: a text in quotes is not closed");
    CHECK(refusal([] { read_python("\n)\n", "f.py"); }) == "f.py:2: \")\" closes nothing");
    CHECK_THAT(refusal([] { read_python("@app.cls(a=1, a=2)\nclass C: pass\n", "f.py"); }),
               Catch::Contains("is given twice"));
}

TEST_CASE("Terraform is read as the tree of its JSON form", "[app][deploy]") {
    const ConfigNode file = read_hcl(R"(
# a comment
resource "google_cloud_run_v2_service" "chat" {
  name = "chat" // another
  template {
    scaling {
      max_instance_count = 3
    }
    containers {
      image = var.image
      env {
        name = "A"
      }
      env {
        name = "B"
      }
      resources {
        limits = { cpu = "4", "nvidia.com/gpu" = "1" }
      }
    }
    timeout = "${var.t}s"
    list = [1, true,
      null]
  }
}
locals { text = <<-EOT
  max_instance_count = 9
  EOT
}
)",
                                     "main.tf");
    const ConfigNode* service = find_in_tree(file, "resource>google_cloud_run_v2_service>chat");
    REQUIRE(service != nullptr);
    CHECK(find_in_tree(*service, "template>scaling>max_instance_count")->as_integer() == 3);
    CHECK(find_in_tree(*service, "template>scaling>max_instance_count")->where() ==
          "main.tf:7: resource.google_cloud_run_v2_service.chat.template.scaling.max_instance_count");
    CHECK(find_in_tree(*service, "template>containers>env")->items().size() == 2);
    CHECK(find_in_tree(*service, "template>containers>resources>limits>nvidia.com/gpu")->as_text() == "1");
    CHECK(plain_text(*find_in_tree(*service, "template>containers>image")) == "var.image");
    CHECK(is_expression(*find_in_tree(*service, "template>timeout")));
    CHECK(json_text(*find_in_tree(*service, "template>list")) == "[1,true,null]");
}

TEST_CASE("what is no Terraform is refused with its line", "[app][deploy]") {
    CHECK(refusal([] { read_hcl("a {\n b = 1\n", "m.tf"); }) == "m.tf:1: \"{\" is not closed");
    CHECK_THAT(refusal([] { read_hcl("a {\n = 1\n}\n", "m.tf"); }),
               Catch::StartsWith("m.tf:2: is no Terraform"));
    CHECK(refusal([] { read_hcl("a = 1\na = 2\n", "m.tf"); }) == "m.tf:2: a: is given twice");
    CHECK_THAT(refusal([] { read_hcl("a = \n", "m.tf"); }), Catch::Contains("has no value"));
    CHECK_THAT(refusal([] { read_hcl("t = <<EOT\nabc\n", "m.tf"); }), Catch::Contains("is not closed"));
}

TEST_CASE("a path makes the objects and lists that it leads through", "[app][deploy]") {
    ConfigNode tree = ConfigNode::object("", {});
    tree = with_in_tree(tree, "a>b>[type=Percent]>value", ConfigNode::integer("", 1));
    tree = with_in_tree(tree, "a>b>[type=Pods]>value", ConfigNode::integer("", 2));
    tree = with_in_tree(tree, "a>b>[type=Percent]>period", ConfigNode::integer("", 3));
    tree = with_in_tree(tree, "c>[0]", ConfigNode::text("", "x"));
    CHECK(
        json_text(tree) ==
        compact(
            R"({"a": {"b": [{"type": "Percent", "value": 1, "period": 3}, {"type": "Pods", "value": 2}]}, "c": ["x"]})"));
    CHECK(find_in_tree(tree, "a>b>[type=Pods]>value")->as_integer() == 2);
    CHECK(find_in_tree(tree, "a>b>[type=None]") == nullptr);
    CHECK(find_in_tree(tree, "a>b>[2]") == nullptr);
}

}  // namespace spillway::tests
