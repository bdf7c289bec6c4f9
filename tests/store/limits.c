/* tests/store/limits.c - model files that come through a pipe, that have numbers that are not finite, or that ask
 * for more memory than they bring. */
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "files.h"
#include "model_case.h"
#include "store/format.h"

/* ---- read once ---- */

typedef struct feeder {
    const char *path;
    bytes file;
} feeder;

/* Writes the file into the pipe in pieces, and ends. */
static void *feed(void *user)
{
    const feeder *from = user;
    FILE *pipe = fopen(from->path, "wb");
    for (size_t done = 0; pipe != NULL && done < from->file.size; done += 1000) {
        size_t left = from->file.size - done;
        fwrite(from->file.data + done, 1, left < 1000 ? left : 1000, pipe);
        fflush(pipe);
    }
    if (pipe != NULL) {
        fclose(pipe);
    }
    return NULL;
}

/* Larger than the first pieces of memory that a file is read into. */
TEST(a_model_through_a_pipe_is_read_once)
{
    static const char *const nets[] = {"3 -> 4 tanh -> 2", "300 -> 200 relu -> 4"};
    for (size_t i = 0; i < 2; i++) {
        gml_network *network = NULL, *again = NULL;
        assert_ok(context, gml_network_create(context, nets[i], NULL, &network));
        assert_ok(context, gml_model_save(network, in_folder("good")));
        feeder from = {.path = in_folder("pipe")};
        size_t size = 0;
        from.file.data = (unsigned char *)get_file(in_folder("good"), &size);
        from.file.size = size;
        ck_assert_int_eq(mkfifo(from.path, 0600), 0);
        pthread_t thread;
        ck_assert_int_eq(pthread_create(&thread, NULL, feed, &from), 0);
        assert_ok(context, gml_model_load(context, from.path, &again));
        pthread_join(thread, NULL);
        assert_same_network(network, again);
        gml_network_destroy(network);
        gml_network_destroy(again);
        free(from.file.data);
        ck_assert_int_eq(unlink(from.path), 0);
    }
}

TEST(a_file_of_any_length_around_those_of_the_pieces_is_read)
{
    for (size_t units = 32 * 1024 - 160; units < 32 * 1024; units += 7) {
        char net[64];
        snprintf(net, sizeof net, "1 -> %zu bias=no", units);
        gml_network_options options = {.dtype = units % 2 ? GML_F64 : GML_F32};
        gml_network *network = NULL, *again = NULL;
        assert_ok(context, gml_network_create(context, net, &options, &network));
        assert_ok(context, gml_model_save(network, in_folder("good")));
        assert_ok(context, gml_model_load(context, in_folder("good"), &again));
        assert_same_network(network, again);
        gml_network_destroy(network);
        gml_network_destroy(again);
    }
}

/* ---- memory ---- */

/* Replaces the widths of a small model, which has no parameters, by large ones. */
TEST(a_small_file_asks_for_little_memory)
{
    static const struct {
        const char *net, *from, *to;
    } claims[] = {
        {"2 -> relu", "\\\"inputs\\\":2", "\\\"inputs\\\":2147483647"},
        {"2 -> relu", "\\\"inputs\\\":2", "\\\"inputs\\\":100000"},
        {"2 -> glu", "\\\"inputs\\\":2", "\\\"inputs\\\":2000000"},
        {"2 -> dropout 0.5 -> softmax", "\\\"inputs\\\":2", "\\\"inputs\\\":1000000000"},
        {"2 -> 1", "\\\"units\\\":1", "\\\"units\\\":1000000000"},
        {"2 -> 1", "\\\"inputs\\\":2", "\\\"inputs\\\":1000000000"},
        {"2 -> relu -> batchnorm", "\\\"inputs\\\":2", "\\\"inputs\\\":1000000000"},
    };
    for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++) {
        gml_network *network = NULL;
        assert_ok(context, gml_network_create(context, claims[i].net, NULL, &network));
        bytes file = saved(context, network);
        bytes forged = forge(file, claims[i].from, claims[i].to);
        network = NULL;
        put_file("forged", forged.data, forged.size);
        size_t before = f.live_bytes;
        f.peak_bytes = before;
        assert_refused(context, gml_model_load(context, in_folder("forged"), &network), GML_ERROR_DATA, "forged", NULL);
        ck_assert_ptr_null(network);
        ck_assert_uint_lt(f.peak_bytes - before, 1 << 20);
        free(forged.data);
        free(file.data);
    }
}

TEST(what_a_load_would_refuse_for_its_width_is_not_saved)
{
    gml_network *network = NULL;
    assert_ok(context, gml_network_create(context, "16384 -> relu", NULL, &network));
    bytes file = saved(context, network);
    assert_ok(context, gml_model_load(context, in_folder("good"), &network));
    gml_network_destroy(network);
    free(file.data);
    assert_ok(context, gml_network_create(context, "16385 -> relu", NULL, &network));
    assert_refused(context, gml_model_save(network, in_folder("wide")), GML_ERROR_DATA, "wide", "16385", NULL);
    ck_assert_uint_eq(count_files(), 1);
    gml_network_destroy(network);
}

/* ---- numbers that are not finite ---- */

static void set_number(gml_matrix values, size_t at, double number)
{
    if (values.dtype == GML_F32) {
        ((float *)values.data)[at] = (float)number;
    } else {
        ((double *)values.data)[at] = number;
    }
}

/* Every block of every kind of layer, with its first and its last number. */
TEST(a_number_that_is_not_finite_is_not_saved_and_its_block_is_named)
{
    static const double bad[] = {NAN, INFINITY, -INFINITY};
    for (int dtype = GML_F32; dtype <= GML_F64; dtype++) {
        gml_network_options options = {.dtype = (gml_dtype)dtype};
        gml_network *network = NULL;
        assert_ok(context, gml_network_create(context,
                                              "3 -> 5 bias=no -> weight_norm -> batchnorm -> prelu(per=unit) -> "
                                              "layernorm -> 4 swish -> rmsnorm -> 2",
                                              &options, &network));
        ck_assert_uint_gt(gml_network_block_count(network), 10);
        for (size_t i = 0; i < gml_network_block_count(network); i++) {
            gml_block block;
            gml_network_block(network, i, &block);
            size_t count = block.values.rows * block.values.cols;
            for (size_t k = 0; k < 6; k++) {
                size_t at = k < 3 ? 0 : count - 1;
                double before =
                    dtype == GML_F32 ? (double)((float *)block.values.data)[at] : ((double *)block.values.data)[at];
                set_number(block.values, at, bad[k % 3]);
                assert_refused(context, gml_model_save(network, in_folder("m")), GML_ERROR_DATA, "/m: ", block.name,
                               k % 3 == 0   ? " is nan at"
                               : k % 3 == 1 ? " is inf at"
                                            : " is -inf at",
                               NULL);
                ck_assert_uint_eq(count_files(), 0);
                set_number(block.values, at, before);
            }
        }
        assert_ok(context, gml_model_save(network, in_folder("m")));
        ck_assert_int_eq(unlink(in_folder("m")), 0);
        gml_network_destroy(network);
    }
}

/* The same for each number in the file, scalings included, under a right checksum. */
TEST(a_number_that_is_not_finite_is_not_loaded_and_its_block_is_named)
{
    static const char *const names[] = {"input.shift",     "input.scale",     "output.shift", "output.scale",
                                        "layers.0.weight", "layers.1.weight", "layers.1.bias"};
    static const size_t counts[] = {3, 3, 3, 3, 12, 12, 3};
    for (int dtype = GML_F32; dtype <= GML_F64; dtype++) {
        bytes file = saved(context, full_network(context, (gml_dtype)dtype));
        size_t at = GML_LENGTH_SIZE + gml_read_length(file.data);
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
            size_t size = i < 4 || dtype == GML_F64 ? sizeof(double) : sizeof(float);
            for (size_t k = 0; k < counts[i]; k++, at += size) {
                unsigned char before[8];
                const double wide = k % 2 ? INFINITY : NAN;
                const float narrow = (float)wide;
                memcpy(before, file.data + at, size);
                memcpy(file.data + at, size == 8 ? (const void *)&wide : (const void *)&narrow, size);
                gml_order_bytes(file.data + at, 1, size);
                sign(file);
                put_file("bad", file.data, file.size);
                gml_network *network = NULL;
                assert_refused(context, gml_model_load(context, in_folder("bad"), &network), GML_ERROR_DATA,
                               "/bad: ", names[i], k % 2 ? "is inf at" : "is nan at", NULL);
                ck_assert_ptr_null(network);
                memcpy(file.data + at, before, size);
            }
        }
        ck_assert_uint_eq(at, file.size);
        free(file.data);
    }
}

/* A header of less than 1 MB takes no minutes. */
TEST(a_header_with_many_unknown_tensors_is_refused_at_once)
{
    enum { LAYERS = 1000, EXTRA = 50000 };
    char *net = malloc(LAYERS * 8), *extra = malloc(EXTRA * 16 + 32), *at = net;
    gml_network *network = NULL;
    at += sprintf(at, "1");
    for (int i = 0; i < LAYERS; i++) {
        at += sprintf(at, " -> 1");
    }
    at = extra;
    for (int i = 0; i < EXTRA; i++) {
        at += sprintf(at, "\"x%d\":0,", i);
    }
    strcpy(at, "\"layers.0.weight\":");
    assert_ok(context, gml_network_create(context, net, NULL, &network));
    bytes file = saved(context, network), forged = forge(file, "\"layers.0.weight\":", extra);
    put_file("forged", forged.data, forged.size);
    network = NULL;
    assert_refused(context, gml_model_load(context, in_folder("forged"), &network), GML_ERROR_DATA, "52000 tensors",
                   "the network has 2000", "\"x", NULL);
    free(net);
    free(extra);
    free(file.data);
    free(forged.data);
}

int main(void)
{
    return run_file_tests("model_limits", 60);
}
