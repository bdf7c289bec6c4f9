/* tests/support/model_case.c - makes networks and forged model files, and compares networks to the bit. */
#include "model_case.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checksum.h"
#include "data/transform/transform.h"
#include "faults.h"
#include "harness.h"
#include "store/format.h"

/* One with everything that a file can hold. */
gml_network *full_network(gml_context *context, gml_dtype dtype)
{
    char *features[] = {"length \"cm\"", "Br\xc3\xa9ite", ""};
    char *classes[] = {"\xe7\x8c\xab", "dog\\n", "\xf0\x9f\x90\x9f"};
    gml_schema schema = {.task = GML_TASK_CLASSIFICATION,
                         .features = 3,
                         .targets = 1,
                         .classes = 3,
                         .feature_names = features,
                         .class_names = classes,
                         .target_name = "kind, of \xc3\xa4nimal",
                         .target_index = "4",
                         .weights_name = "W",
                         .weights_index = "0",
                         .groups_name = "patient",
                         .groups_index = "5",
                         .missing_targets = true};
    gml_network_options options = {.dtype = dtype, .seed = 7};
    gml_network *network = NULL;
    assert_ok(context,
              gml_network_create(context, "3 -> 4 leaky_relu(slope=0.3) bias=no -> 3 softmax", &options, &network));
    assert_ok(context, gml_network_set_schema(network, &schema));
    assert_ok(context, gml_network_set_input_scaling(network, (double[]){0.1, -2e300, 5e-324}, (double[]){3, 0.7, -1}));
    assert_ok(context, gml_network_set_output_scaling(network, (double[]){1, 2, 3}, (double[]){1.0 / 3, 1, 9}));
    assert_ok(context, gml_network_set_fact(network, "loss", "softmax_cross_entropy"));
    assert_ok(context, gml_network_set_fact(network, "note", "a \"quoted\" l\xc3\xafne\n\"checksum\":\"0\""));
    return network;
}

gml_network *plain_network(gml_context *context)
{
    gml_network *network = NULL;
    assert_ok(context, gml_network_create(context, "2 -> 2 tanh -> 1", NULL, &network));
    return network;
}

static void assert_same_text(const char *a, const char *b)
{
    ck_assert((a == NULL) == (b == NULL));
    ck_assert(a == NULL || strcmp(a, b) == 0);
}

static void assert_same_doubles(const double *a, const double *b, size_t count)
{
    ck_assert((a == NULL) == (b == NULL));
    ck_assert(a == NULL || memcmp(a, b, count * sizeof *a) == 0);
}

static void assert_same_columns(const gml_schema *a, const gml_schema *b)
{
    ck_assert((a->columns == NULL) == (b->columns == NULL));
    for (size_t i = 0; i < a->features; i++) {
        const gml_column here = gml_schema_column(a, i), there = gml_schema_column(b, i);
        ck_assert_int_eq(here.kind, there.kind);
        ck_assert_uint_eq(here.level_count, there.level_count);
        for (size_t k = 0; k < here.level_count; k++) {
            ck_assert_str_eq(here.levels[k], there.levels[k]);
        }
    }
}

static void assert_same_preparation(const gml_preparation *a, const gml_preparation *b)
{
    assert_same_text(gml_preparation_description(a), gml_preparation_description(b));
    if (a == NULL) {
        return;
    }
    size_t here, there;
    const double *numbers = gml_preparation_numbers(a, &here), *others = gml_preparation_numbers(b, &there);
    ck_assert_uint_eq(here, there);
    ck_assert(here == 0 || memcmp(numbers, others, here * sizeof *numbers) == 0);
    ck_assert_uint_eq(gml_preparation_inputs(a), gml_preparation_inputs(b));
    for (size_t i = 0; i < gml_preparation_inputs(a); i++) {
        gml_prepared_input input, other;
        ck_assert_int_eq(gml_preparation_input(a, i, &input), GML_OK);
        ck_assert_int_eq(gml_preparation_input(b, i, &other), GML_OK);
        ck_assert_uint_eq(input.column, other.column);
        ck_assert_str_eq(input.name, other.name);
    }
}

static void assert_same_intervals(gml_intervals a, gml_intervals b)
{
    ck_assert_double_eq(a.level, b.level);
    ck_assert_uint_eq(a.targets, b.targets);
    ck_assert_uint_eq(a.samples, b.samples);
    assert_same_text(a.score, b.score);
    assert_same_doubles(a.quantiles, b.quantiles, a.targets);
}

void assert_same_network(const gml_network *a, const gml_network *b)
{
    ck_assert_str_eq(gml_network_to_json(a), gml_network_to_json(b));
    ck_assert_int_eq(gml_network_dtype(a), gml_network_dtype(b));
    ck_assert_uint_eq(a->parameter_bytes, b->parameter_bytes);
    ck_assert_int_eq(memcmp(a->parameters, b->parameters, a->parameter_bytes), 0);
    assert_same_doubles(a->input.shift, b->input.shift, gml_network_inputs(a));
    assert_same_doubles(a->input.scale, b->input.scale, gml_network_inputs(a));
    assert_same_doubles(a->output.shift, b->output.shift, gml_network_outputs(a));
    assert_same_doubles(a->output.scale, b->output.scale, gml_network_outputs(a));
    assert_same_doubles(a->target.scale, b->target.scale, gml_network_outputs(a));
    ck_assert_int_eq(a->schema.task, b->schema.task);
    ck_assert_uint_eq(a->schema.features, b->schema.features);
    ck_assert_uint_eq(a->schema.targets, b->schema.targets);
    ck_assert_uint_eq(a->schema.classes, b->schema.classes);
    for (size_t i = 0; i < 4; i++) {
        assert_same_text(gml_network_class_name(a, i), gml_network_class_name(b, i));
        assert_same_text(gml_network_feature_name(a, i), gml_network_feature_name(b, i));
    }
    assert_same_text(gml_network_target_name(a), gml_network_target_name(b));
    assert_same_text(a->schema.target_index, b->schema.target_index);
    assert_same_text(a->schema.weights_name, b->schema.weights_name);
    assert_same_text(a->schema.weights_index, b->schema.weights_index);
    assert_same_text(a->schema.groups_name, b->schema.groups_name);
    assert_same_text(a->schema.groups_index, b->schema.groups_index);
    ck_assert_int_eq(a->schema.missing_targets, b->schema.missing_targets);
    assert_same_columns(&a->schema, &b->schema);
    assert_same_preparation(a->preparation, b->preparation);
    assert_same_intervals(a->intervals, b->intervals);
    ck_assert_uint_eq(a->fact_count, b->fact_count);
    for (size_t i = 0; i < a->fact_count; i++) {
        ck_assert_str_eq(a->facts[i].name, b->facts[i].name);
        ck_assert_str_eq(a->facts[i].text, b->facts[i].text);
    }
    ck_assert_uint_eq(gml_network_members(a), gml_network_members(b));
    for (size_t i = 0; i < gml_network_members(a); i++) {
        assert_same_network(gml_network_member(a, i), gml_network_member(b, i));
    }
}

bytes saved(gml_context *context, gml_network *network)
{
    bytes file = {NULL, 0};
    assert_ok(context, gml_model_save(network, in_folder("good")));
    gml_network_destroy(network);
    file.data = (unsigned char *)get_file(in_folder("good"), &file.size);
    return file;
}

void sign(bytes file)
{
    char digits[GML_DIGITS + 1];
    memset(file.data + GML_DIGITS_AT, '0', GML_DIGITS);
    snprintf(digits, sizeof digits, "%016" PRIx64, gml_checksum(0, file.data, file.size));
    memcpy(file.data + GML_DIGITS_AT, digits, GML_DIGITS);
}

bytes forge(bytes file, const char *from, const char *to)
{
    uint64_t header = gml_read_length(file.data);
    char *text = calloc(1, header + strlen(to) + 1);
    memcpy(text, file.data + 8, header);
    char *place = strstr(text, from);
    ck_assert_msg(place != NULL, "%s is not in %s", from, text);
    memmove(place + strlen(to), place + strlen(from), strlen(place + strlen(from)) + 1);
    memcpy(place, to, strlen(to));
    size_t length = strlen(text), tensors = file.size - 8 - header;
    bytes made = {malloc(8 + length + tensors + 1), 8 + length + tensors};
    gml_write_length(length, made.data);
    memcpy(made.data + 8, text, length);
    memcpy(made.data + 8 + length, file.data + 8 + header, tensors);
    sign(made);
    free(text);
    return made;
}
