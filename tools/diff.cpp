// SPDX-License-Identifier: BSL-1.0
#include "command.hpp"
#include "files.hpp"

#include <lade/container/json/writer.hpp>
#include <lade/format/cast.hpp>
#include <lade/inspect.hpp>
#include <lade/model/report.hpp>

#include <fmt/core.h>

#include <cmath>
#include <cstdlib>

namespace tool {

namespace {

struct tolerance {
    double relative = 0, absolute = 0;
};

/// How two tensors of one type and shape differ.
struct difference {
    std::uint64_t elements = 0;  ///< that differ
    double largest = 0;          ///< of the numbers; NaN against a number counts as infinite
};

void compare(lade::dtype type, lade::bytes::view a, lade::bytes::view b, tolerance const& most,
             difference& to) {
    bool const numbers = lade::detail::with_element(type, [&]<class T>() {
        for (std::size_t at = 0; at + sizeof(T) <= a.size(); at += sizeof(T)) {
            if (std::memcmp(a.data() + at, b.data() + at, sizeof(T)) == 0) continue;
            auto const x = static_cast<double>(lade::detail::load_element<T>(a.data() + at));
            auto const y = static_cast<double>(lade::detail::load_element<T>(b.data() + at));
            if (x == y || (std::isnan(x) && std::isnan(y))) continue;
            double const gap = std::isnan(x) || std::isnan(y)
                                   ? std::numeric_limits<double>::infinity()
                                   : std::abs(x - y);
            if (gap <= most.absolute + most.relative * std::abs(y)) continue;
            ++to.elements;
            to.largest = std::max(to.largest, gap);
        }
    });
    if (numbers) return;
    std::size_t const size = std::max<std::size_t>(1, lade::size_of(type));
    for (std::size_t at = 0; at < a.size(); at += size)
        to.elements +=
            std::memcmp(a.data() + at, b.data() + at, std::min(size, a.size() - at)) != 0;
}

/// The bytes of the tensors of one file, one at a time: holds the tensors that the other file has
/// at another place.
class grabber final : public lade::any_sink {
  public:
    explicit grabber(std::string_view wanted) : wanted_(wanted) {}
    std::vector<std::byte> bytes;
    result<lade::flow> take(lade::tensor_info const& info, lade::any_payload& from) override {
        if (info.name != wanted_) return lade::flow::more;
        bytes.resize(static_cast<std::size_t>(from.size()));
        if (auto const read = from.read(0, bytes); !read) return read.error();
        return lade::flow::enough;
    }

  private:
    std::string_view wanted_;
};

/// Goes through the first file and compares each tensor with the same one of the second.
class comparer final : public lade::any_sink {
  public:
    struct finding {
        std::string name, what;
    };
    std::vector<finding> findings;

    comparer(model_file& other, lade::listing const& listed, tolerance const& most)
        : other_(&other), listed_(&listed), most_(most), seen_(listed.tensors.size()) {}

    result<lade::flow> take(lade::tensor_info const& info, lade::any_payload& from) override {
        if (interrupted != 0) return lade::fail(interrupted_id);
        auto const at = listed_->tensors.find(info.name);
        if (!at) {
            findings.push_back({std::string(info.name), "only in the first file"});
            return lade::flow::more;
        }
        seen_[*at] = true;
        auto const& there = listed_->tensors[*at];
        if (there.type != info.type || !std::equal(there.shape.begin(), there.shape.end(),
                                                   info.shape.begin(), info.shape.end())) {
            findings.push_back(
                {std::string(info.name), lade::type_text(info.type, info.shape) + " | " +
                                             lade::type_text(there.type, there.shape)});
            return lade::flow::more;
        }
        if (info.absent || there.absent) return lade::flow::more;
        grabber grab(info.name);
        if (auto const read = other_->read(grab); !read) return read.error();
        difference gap;
        if (grab.bytes.size() != from.size()) {
            findings.push_back({std::string(info.name), "other lengths of strings"});
            return lade::flow::more;
        }
        block_.resize(std::size_t{1} << 20);
        std::uint64_t offset = 0;
        auto const done =
            lade::in_blocks(from, block_, [&](lade::bytes::view piece) -> result<void> {
                compare(info.type, piece,
                        lade::bytes::view(grab.bytes)
                            .subspan(static_cast<std::size_t>(offset), piece.size()),
                        most_, gap);
                offset += piece.size();
                return {};
            });
        if (!done) return done.error();
        if (gap.elements != 0)
            findings.push_back(
                {std::string(info.name),
                 fmt::format("{} elements differ, by {:.6g} at most", gap.elements, gap.largest)});
        return lade::flow::more;
    }
    void finish() {
        for (std::size_t i = 0; i < seen_.size(); ++i)
            if (!seen_[i])
                findings.push_back(
                    {std::string(listed_->tensors[i].name), "only in the second file"});
    }

  private:
    model_file* other_;
    lade::listing const* listed_;
    tolerance most_;
    std::vector<bool> seen_;
    std::vector<std::byte> block_;
};

}  // namespace

status run_diff(words const& given) {
    tolerance most;
    most.relative = std::strtod(std::string(given.get("--rtol", "0")).c_str(), nullptr);
    most.absolute = std::strtod(std::string(given.get("--atol", "0")).c_str(), nullptr);
    auto const first = model_file::open(given.files[0]);
    if (!first) return report(first.error(), given.files[0]);
    auto const second = model_file::open(given.files[1]);
    if (!second) return report(second.error(), given.files[1]);
    lade::listing listed;
    lade::lister list(listed);
    if (auto const read = (*second)->read(list); !read) return report(read.error(), given.files[1]);
    listed.tensors.index();
    comparer found(**second, listed, most);
    if (auto const read = (*first)->read(found); !read) return report(read.error(), given.files[0]);
    found.finish();
    if (given.has("--json")) {
        std::string text;
        lade::json::writer out(text);
        out.begin_object()
            .key("a")
            .text(given.files[0])
            .key("b")
            .text(given.files[1])
            .key("differences")
            .begin_array();
        for (auto const& one : found.findings)
            out.begin_object().key("name").text(one.name).key("what").text(one.what).end_object();
        out.end_array().end_object();
        fmt::print("{}\n", text);
    } else {
        for (auto const& one : found.findings) fmt::print("{}: {}\n", one.name, one.what);
        fmt::print("{}\n", found.findings.empty()
                               ? "no difference"
                               : fmt::format("{} differences", found.findings.size()));
    }
    return found.findings.empty() ? done : finding;
}

}  // namespace tool
