/* tests/data/cache_case.h - a table with columns of every kind, its cache, and what must be equal with and without one.
 */
#ifndef GML_TESTS_CACHE_CASE_H
#define GML_TESTS_CACHE_CASE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/dataset.h"
#include "files.h"

enum { TABLE_ROWS = 300 };

/* Keeps a path, which in_folder would overwrite after some calls. */
static inline const char *kept(const char *path)
{
    static char paths[16][512];
    static size_t next = 0;
    char *place = paths[next++ % 16];
    return strcpy(place, path);
}

/* A table of numbers, gaps, a category, dates, names over two lines, weights, groups and a target of two classes. */
static inline const char *put_table(const char *name, size_t rows)
{
    static const char *const colors[] = {"red", "green", "blue"};
    const char *path = in_folder(name);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs("a,b,color,when,name,w,g,y\n", file);
    for (size_t i = 0; i < rows; i++) {
        const double a = (double)(i * 7919 % 1000) / 8;
        char b[32] = "NA";
        snprintf(b, i % 10 == 3 ? 1 : sizeof b, "%g", (double)(i * 31 % 97) / 3);
        fprintf(file, "%g,%s,%s,2014-02-%02d,\"name%s%zu\",%d,p%d,%s\n", a, i % 10 == 5 ? "NA" : b, colors[i * i % 3],
                (int)(1 + i % 28), i % 50 == 7 ? "\n" : "", i, (int)(1 + i % 3), (int)(i / 4 % 50),
                a > 60 ? "yes" : "no");
    }
    ck_assert_int_eq(fclose(file), 0);
    return kept(path);
}

static inline gml_dataset_options table_options(const char *cache)
{
    return (gml_dataset_options){.target = "y", .weights = "w", .groups = "g", .cache = cache};
}

static inline gml_dataset *open_table(const char *path, gml_dataset_options options)
{
    gml_dataset *dataset = NULL;
    assert_ok(context, gml_dataset_open(context, path, &options, &dataset));
    return dataset;
}

/* The note about the cache; null if there is none. */
static inline const char *cache_note(const gml_dataset *dataset)
{
    const char *note = NULL;
    for (size_t i = 0; (note = gml_dataset_note(dataset, i)) != NULL; i++) {
        if (strstr(note, "cache") != NULL) {
            return note;
        }
    }
    return NULL;
}

/* Opens the table and checks what the note about the cache says. */
static inline gml_dataset *open_noted(const char *path, gml_dataset_options options, const char *words)
{
    gml_dataset *dataset = open_table(path, options);
    const char *note = cache_note(dataset);
    ck_assert_msg(note != NULL && strstr(note, words) != NULL, "\"%s\" is not in: %s", words, note);
    return dataset;
}

static inline void assert_same_text(const char *a, const char *b)
{
    ck_assert((a == NULL) == (b == NULL));
    if (a != NULL) {
        ck_assert_str_eq(a, b);
    }
}

static inline void assert_same_columns(const gml_dataset *a, const gml_dataset *b)
{
    for (size_t i = 0; i < gml_dataset_features(a); i++) {
        gml_column of_a, of_b;
        assert_same_text(gml_dataset_feature_name(a, i), gml_dataset_feature_name(b, i));
        assert_ok(context, gml_dataset_column(a, i, &of_a));
        assert_ok(context, gml_dataset_column(b, i, &of_b));
        ck_assert_int_eq(of_a.kind, of_b.kind);
        ck_assert_int_eq(of_a.date_order, of_b.date_order);
        ck_assert_uint_eq(of_a.level_count, of_b.level_count);
        for (size_t k = 0; k < of_a.level_count; k++) {
            ck_assert_str_eq(of_a.levels[k], of_b.levels[k]);
        }
    }
    ck_assert((a->schema.columns == NULL) == (b->schema.columns == NULL));
}

static inline void assert_same_bytes(gml_matrix a, gml_matrix b)
{
    ck_assert_int_eq(a.dtype, b.dtype);
    ck_assert_uint_eq(a.rows, b.rows);
    ck_assert_uint_eq(a.cols, b.cols);
    ck_assert_int_eq(memcmp(a.data, b.data, a.rows * a.cols * gml_dtype_size(a.dtype)), 0);
}

/* Data and schema must be equal, to the last bit. */
static inline void assert_same_data(const gml_dataset *a, const gml_dataset *b)
{
    ck_assert_uint_eq(gml_dataset_size(a), gml_dataset_size(b));
    ck_assert_uint_eq(gml_dataset_features(a), gml_dataset_features(b));
    ck_assert_uint_eq(gml_dataset_targets(a), gml_dataset_targets(b));
    ck_assert_uint_eq(gml_dataset_classes(a), gml_dataset_classes(b));
    ck_assert_uint_eq(gml_dataset_groups(a), gml_dataset_groups(b));
    ck_assert_int_eq(gml_dataset_task(a), gml_dataset_task(b));
    ck_assert_int_eq(a->masked, b->masked);
    for (size_t i = 0; i < gml_dataset_classes(a); i++) {
        assert_same_text(gml_dataset_class_name(a, i), gml_dataset_class_name(b, i));
    }
    assert_same_columns(a, b);
    assert_same_bytes(a->inputs, b->inputs);
    if (gml_dataset_targets(a) > 0) {
        assert_same_bytes(a->targets, b->targets);
    }
    ck_assert((a->weights == NULL) == (b->weights == NULL));
    ck_assert((a->groups == NULL) == (b->groups == NULL));
    for (size_t i = 0; i < gml_dataset_size(a); i++) {
        char of_a[GML_ORIGIN_SIZE], of_b[GML_ORIGIN_SIZE];
        gml_dataset_place(a, i, of_a);
        gml_dataset_place(b, i, of_b);
        ck_assert_str_eq(of_a, of_b);
        ck_assert(a->weights == NULL || a->weights[i] == b->weights[i]);
        ck_assert(a->groups == NULL || a->groups[i] == b->groups[i]);
    }
}

/* The same of what was found out about a table, and what is said about it but for the cache. */
static inline void assert_same_table(const gml_dataset *a, const gml_dataset *b)
{
    size_t i = 0, k = 0;
    const gml_schema *of_a = &a->schema, *of_b = &b->schema;
    assert_same_data(a, b);
    assert_same_text(of_a->target_name, of_b->target_name);
    assert_same_text(of_a->target_index, of_b->target_index);
    assert_same_text(of_a->weights_name, of_b->weights_name);
    assert_same_text(of_a->weights_index, of_b->weights_index);
    assert_same_text(of_a->groups_name, of_b->groups_name);
    assert_same_text(of_a->groups_index, of_b->groups_index);
    ck_assert_int_eq(of_a->missing_targets, of_b->missing_targets);
    assert_same_text(gml_dataset_task_reason(a), gml_dataset_task_reason(b));
    for (;;) {
        const char *note_a = gml_dataset_note(a, i), *note_b = gml_dataset_note(b, k);
        if (note_a != NULL && strstr(note_a, "cache") != NULL) {
            i++;
        } else if (note_b != NULL && strstr(note_b, "cache") != NULL) {
            k++;
        } else {
            assert_same_text(note_a, note_b);
            if (note_a == NULL) {
                return;
            }
            i++, k++;
        }
    }
}

/* Reads the table without a cache, while one is made, and from it: three datasets that must be equal. */
static inline void assert_cached(const char *path, gml_dataset_options options)
{
    gml_dataset_options without = options;
    without.cache = NULL;
    gml_dataset *plain = open_table(path, without);
    ck_assert_ptr_null(cache_note(plain));
    gml_dataset *made = open_noted(path, options, "was made");
    gml_dataset *read = open_noted(path, options, "read from the cache");
    assert_same_table(plain, made);
    assert_same_table(plain, read);
    gml_dataset_destroy(plain);
    gml_dataset_destroy(made);
    gml_dataset_destroy(read);
}

#endif
