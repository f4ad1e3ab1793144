// SPDX-License-Identifier: BSL-1.0
#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "files.hpp"

using namespace lade;
using namespace hdf5_test;

namespace {

struct opened_file {
    explicit opened_file(char const* name)
        : bytes(read(name)), source(bytes), file(hdf5::file::open(source)) {}
    std::vector<std::byte> bytes;
    memory source;
    result<hdf5::file> file;
};

template <class T>
std::string_view id_of(result<T> const& of) {
    return of ? std::string_view("none") : of.error().id->name;
}

}  // namespace

TEST_CASE("soft links are followed, loops and dangling ones are told") {
    for (char const* const name : {"y_groups_earliest.h5", "y_groups_latest.h5"}) {
        opened_file in(name);
        REQUIRE(in.file);
        auto const direct = in.file->find("g1/name0");
        REQUIRE(direct);
        for (char const* const path :
             {"/g9/soft", "g9/again", "g9//./up/g9/soft", "g30/name7", "g9/up/g1/name0"}) {
            CAPTURE(path);
            auto const found = in.file->find(path);
            REQUIRE(found);
            CHECK(found->address() == direct->address());
            CHECK(found->kind() == hdf5::object_kind::dataset);
        }
        CHECK(in.file->find("g9/relative"));
        CHECK(id_of(in.file->find("g9/loop")) == "hdf5.link_loop");
        CHECK(id_of(in.file->find("g9/dangling")) == "hdf5.not_found");
        CHECK(id_of(in.file->find("g9/external")) == "hdf5.external_link");
        CHECK(id_of(in.file->find("g1/name0/x")) == "hdf5.not_a_group");
        CHECK(id_of(in.file->find("nothing")) == "hdf5.not_found");
        CHECK(id_of(in.file->dataset_at("g9")) == "hdf5.not_a_dataset");
        CHECK(id_of(in.file->group_at("g1/name0")) == "hdf5.not_a_group");
        auto const root = in.file->find("/");
        REQUIRE(root);
        CHECK(root->kind() == hdf5::object_kind::group);
    }
}

TEST_CASE("an external link goes to the caller's resolver, which says where it leads") {
    opened_file in("y_groups_latest.h5");
    REQUIRE(in.file);
    hdf5::external_resolver resolve;
    resolve.context = &*in.file;
    resolve.follow = [](void* context, std::string_view file, std::string_view path) {
        CHECK(file == "other.h5");
        CHECK(path == "/x");
        return static_cast<hdf5::file*>(context)->find("g1/name0");
    };
    auto const found = in.file->find("g9/external", resolve);
    REQUIRE(found);
    CHECK(found->kind() == hdf5::object_kind::dataset);
}

TEST_CASE("links come in the byte order of their names, with their kinds and targets") {
    for (char const* const name : {"y_groups_earliest.h5", "y_groups_latest.h5"}) {
        opened_file in(name);
        REQUIRE(in.file);
        auto const group = in.file->group_at("g30");
        REQUIRE(group);
        auto const& links = group->links();
        REQUIRE(links.size() == 30);
        for (std::size_t i = 1; i < links.size(); ++i) CHECK(links[i - 1].name < links[i].name);
        auto const soft = links.find("name29");
        REQUIRE(soft);
        CHECK(soft->kind == hdf5::link_kind::soft);
        CHECK(soft->target == "/g1/name0");
        CHECK_FALSE(links.find("name"));
        CHECK(in.file->group_at("g0")->links().empty());
        auto const external = in.file->group_at("g9")->links().find("external");
        REQUIRE(external);
        CHECK(external->file == "other.h5");
        CHECK(external->target == "/x");
    }
}

TEST_CASE("attributes are found by name and read as what they are") {
    for (char const* const name : {"y_texts_earliest.h5", "y_texts_latest.h5"}) {
        CAPTURE(name);
        opened_file in(name);
        REQUIRE(in.file);
        auto const root = in.file->root();
        REQUIRE(root);
        CHECK(*root->find_attribute("fixed")->text() == "fixed");
        CHECK(*root->find_attribute("vlen")->text() == "vlen \xc3\xbc");
        CHECK(*root->find_attribute("list")->texts() == std::vector<std::string>{"a", "bb", ""});
        CHECK(*root->find_attribute("int")->integer() == -7);
        CHECK(*root->find_attribute("int")->real() == -7.0);
        CHECK(*root->find_attribute("real")->real() == 1.5);
        CHECK(*root->find_attribute("ints")->integers() == std::vector<std::int64_t>{1, 2});
        CHECK(*root->find_attribute("yes")->integer() == 1);
        CHECK(root->find_attribute("yes")->dtype() == dtype::boolean);
        CHECK(root->find_attribute("empty")->texts()->empty());
        CHECK(root->find_attribute("empty")->size() == 0);
        CHECK(root->has_attribute("list"));
        CHECK(id_of(root->find_attribute("none")) == "hdf5.no_attribute");
        CHECK(id_of(root->find_attribute("list")->text()) == "hdf5.wrong_type");
        CHECK(id_of(root->find_attribute("int")->texts()) == "hdf5.wrong_type");
        CHECK(id_of(root->find_attribute("fixed")->reals()) == "hdf5.wrong_type");
    }
}

TEST_CASE("attributes in dense storage are found and listed like those in headers") {
    for (char const* const name : {"y_attributes_earliest.h5", "y_attributes_latest.h5"}) {
        opened_file in(name);
        REQUIRE(in.file);
        auto const many = in.file->find("many");
        REQUIRE(many);
        std::int64_t sum = 0;
        CHECK(many->for_each_attribute([&](result<hdf5::attribute>& one) -> result<void> {
            if (one) sum += *one->integer();
            return {};
        }));
        CHECK(sum == 39 * 40 / 2);
        CHECK(*many->find_attribute("a17")->integer() == 17);
    }
}

TEST_CASE("boxes of a dataset are what reading the whole gives at their places") {
    for (char const* const name : {"y_odd_chunks_earliest.h5", "y_odd_chunks_latest.h5",
                                   "y_chunks_latest.h5", "y_types_latest.h5"}) {
        opened_file in(name);
        REQUIRE(in.file);
        auto root = in.file->root();
        REQUIRE(root);
        auto const each = [&](std::string_view path, result<hdf5::dataset>& found) -> result<void> {
            CAPTURE(path);
            REQUIRE(found);
            auto const shape = found->space().shape();
            if (shape.size() != 2 || found->nbytes() == 0) return {};
            std::vector<std::byte> all(static_cast<std::size_t>(found->nbytes()));
            REQUIRE(found->read(0, all));
            std::size_t const size = found->scalar_size();
            for (std::uint64_t row = 0; row < shape[0]; row += 2)
                for (std::uint64_t column = 0; column < shape[1]; column += 3) {
                    std::uint64_t const start[] = {row, column};
                    std::uint64_t const count[] = {std::min<std::uint64_t>(5, shape[0] - row),
                                                   std::min<std::uint64_t>(4, shape[1] - column)};
                    std::vector<std::byte> box(static_cast<std::size_t>(count[0] * count[1]) *
                                               size);
                    REQUIRE(found->read_slab(start, count, box));
                    bool equal = true;
                    for (std::size_t i = 0; i < count[0]; ++i)
                        equal =
                            equal &&
                            std::memcmp(box.data() + i * static_cast<std::size_t>(count[1]) * size,
                                        all.data() + ((row + i) * shape[1] + column) * size,
                                        static_cast<std::size_t>(count[1]) * size) == 0;
                    CHECK(equal);
                }
            std::uint64_t const start[] = {shape[0], 0};
            std::uint64_t const count[] = {1, 1};
            std::vector<std::byte> box(size);
            CHECK(id_of(found->read_slab(start, count, box)) == "hdf5.outside_dataset");
            CHECK(id_of(found->read(found->nbytes(), box)) == "hdf5.outside_dataset");
            return {};
        };
        CHECK(hdf5::walk(*in.file, *root, each));
    }
}

TEST_CASE("a view is given where the elements lie as they are, and only there") {
    opened_file in("y_types_earliest.h5");
    REQUIRE(in.file);
    auto const plain = in.file->dataset_at("f4");
    REQUIRE(plain);
    auto const view = plain->view();
    REQUIRE(view);
    CHECK(view->size() == 24);
    CHECK(view->data() >= in.bytes.data());
    CHECK(view->data() + view->size() <= in.bytes.data() + in.bytes.size());
    CHECK_FALSE(in.file->dataset_at("be_f8")->view());
    opened_file chunked("y_chunks_latest.h5");
    REQUIRE(chunked.file);
    CHECK_FALSE(chunked.file->dataset_at("one")->view());
}

TEST_CASE("a dataset whose filter is unknown is described all the same") {
    opened_file in("n_hdf5.unsupported_filter__bzip2.h5");
    REQUIRE(in.file);
    auto found = in.file->dataset_at("fixed_filtered");
    REQUIRE(found);
    CHECK(found->dtype() == dtype::float32);
    CHECK(found->nbytes() == 7 * 9 * 4);
    CHECK(id_of(found->readable()) == "hdf5.unsupported_filter");
    CHECK(found->readable().error().id->kind == kind::unsupported);
    CHECK(found->readable().error().where.text() == "bzip2");
}

TEST_CASE("all elements are the same whether one thread reads them or several") {
    auto const several = [](std::size_t jobs, auto const& job) {
        std::atomic<std::size_t> next = 0;
        auto const work = [&] {
            for (std::size_t one; (one = next++) < jobs;) job(one);
        };
        std::thread other(work);
        work();
        other.join();
    };
    for (char const* const name :
         {"y_chunks_earliest.h5", "y_chunks_latest.h5", "y_more_chunks_latest.h5",
          "y_odd_chunks_latest.h5", "y_scales_latest.h5", "y_types_latest.h5",
          "y_custom_latest.h5"}) {
        opened_file in(name);
        REQUIRE(in.file);
        auto root = in.file->root();
        REQUIRE(root);
        auto const each = [&](std::string_view path, result<hdf5::dataset>& found) -> result<void> {
            CAPTURE(path);
            REQUIRE(found);
            std::vector<std::byte> one(static_cast<std::size_t>(found->nbytes()));
            auto all = one;
            CHECK(found->read(0, one));
            CHECK(found->read_all(all, several));
            CHECK(one == all);
            return {};
        };
        CHECK(hdf5::walk(*in.file, *root, each));

        // a source without views is read ahead, a chunk or more at a time
        unviewable const hidden(in.bytes);
        auto const copied = hdf5::file::open(hidden);
        REQUIRE(copied);
        auto const each_copied = [&](std::string_view path,
                                     result<hdf5::dataset>& found) -> result<void> {
            CAPTURE(path);
            REQUIRE(found);
            std::vector<std::byte> one(static_cast<std::size_t>(found->nbytes()));
            CHECK(found->read(0, one));
            for (std::uint64_t const ahead : {1U, 200U, 1U << 20}) {
                std::vector<std::byte> all(one.size());
                CHECK(found->read_all(all, several, ahead));
                CHECK(one == all);
            }
            return {};
        };
        CHECK(hdf5::walk(*copied, *copied->root(), each_copied));
    }
    opened_file in("y_chunks_latest.h5");
    auto found = in.file->dataset_at("one");
    REQUIRE(found);
    std::vector<std::byte> more(static_cast<std::size_t>(found->nbytes()) + 1);
    CHECK(id_of(found->read_all(more, several)) == "hdf5.outside_dataset");
}

TEST_CASE("several threads tell of a damaged chunk what one thread tells") {
    auto const each_job = [](std::size_t jobs, auto const& job) {
        for (std::size_t i = jobs; i-- > 0;) job(i);
    };
    static_assert(hdf5::executor<decltype(each_job)>);
    static_assert(!hdf5::executor<int>);
    auto const sound = read("y_chunks_latest.h5");
    std::size_t broken = 0;
    for (std::size_t i = 0; i < sound.size(); i += 37) {
        auto bytes = sound;
        bytes[i] ^= std::byte{0x10};
        memory const source(bytes);
        auto const file = hdf5::file::open(source, {.limits = {}, .verify_checksums = true});
        auto const root = file ? file->root() : file.error();
        if (!root) continue;
        CHECK(hdf5::walk(*file, *root,
                         [&](std::string_view path, result<hdf5::dataset>& found) -> result<void> {
                             CAPTURE(path);
                             if (!found || !found->affordable()) return {};
                             std::vector<std::byte> one(static_cast<std::size_t>(found->nbytes()));
                             auto all = one;
                             auto const serial = found->read(0, one);
                             CHECK(id_of(found->read_all(all, each_job)) == id_of(serial));
                             broken += serial ? 0 : 1;
                             return {};
                         }));
    }
    CHECK(broken > 10);
}
