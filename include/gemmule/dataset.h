/* gemmule/dataset.h - samples and their targets: from the caller's arrays, from files, and parts of them. */
#ifndef GEMMULE_DATASET_H
#define GEMMULE_DATASET_H

#include "gemmule/context.h"
#include "gemmule/entry.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gml_dataset gml_dataset;

typedef enum gml_task {
    GML_TASK_AUTO = 0,      /* from the targets; for a CSV see "The target of a CSV" below */
    GML_TASK_REGRESSION,    /* targets are values */
    GML_TASK_CLASSIFICATION /* targets are class numbers 0 .. classes-1, in one column */
} gml_task;

typedef enum gml_choice { GML_CHOICE_AUTO = 0, GML_CHOICE_YES, GML_CHOICE_NO } gml_choice;

/* The table of file formats, row by row; null past the last. */
GML_API const gml_entry *gml_format_entry(size_t index);

/* How a file is to be understood. Zero-initialised: found out from the file itself. The strings are only read during
 * the call. To read data for an existing network, start from gml_network_data_options. */
typedef struct gml_dataset_options {
    const char *format; /* "csv", "idx"; null: from the contents */
    const char *part;   /* of a folder of IDX files: "train" (the default) or "t10k" */
    gml_choice header;  /* of a CSV: whether the first row is names. auto: yes if at least half of its inputs that are
                           numbers in the second row are texts, and its target is not a number in both rows */
    const char *target; /* of a CSV: the target column's name, or its index from 0, or from -1 at the end; null: last */
    gml_choice targets; /* whether targets are read. auto: if the file has them; a CSV that has the inputs alone has
                           none. no: of a file for a network (`features` is not 0) target and weights are passed
                           over, whatever they hold; of any other all columns are inputs */
    gml_task task;      /* what the targets are */
    size_t features;    /* inputs that must be found; 0: any number */
    const char *const *class_names; /* the classes and their order; null: those found, ascending if all are numbers,
                                       else as text */
    size_t classes;                 /* how many class_names */
    const char *weights; /* of a CSV: the column, as for `target`, that says how much each sample counts; null: none */
    int missing_targets; /* not 0: in a CSV an empty target, or nan, is one that is not known; else it is an error */
    const char *const *feature_names; /* of a CSV: the `features` inputs; null: any. See "Columns by name" below */
    const char *target_index;  /* of a CSV without a header row: the index of the target whose name `target` is; null:
                                  `target` itself tells */
    const char *weights_index; /* likewise of `weights` */
    int weights_optional;      /* not 0: where `weights` are not in the file, all samples count the same; else that is
                                  an error */
    int bad_inputs;            /* not 0: in a CSV an input that is not a finite number is read as NaN, which
                                  gml_network_check_samples finds; else it is an error */
} gml_dataset_options;

/* A dataset over the caller's memory, which must stay while the dataset is used.
 *
 * inputs   [n x features], any dtype
 * targets  [n x 1] class numbers, or [n x outputs] values, any dtype; or gml_matrix_none()
 * task     auto: u8 in one column is class numbers, all else is values
 *
 * Values are not looked at here except class numbers: they must be whole, and the greatest tells how many classes there
 * are. Errors: argument, shape, data (row and value in the message), memory. */
GML_API gml_status gml_dataset_from_matrices(gml_context *context, gml_matrix inputs, gml_matrix targets, gml_task task,
                                             gml_dataset **dataset);

/* The same with what a dataset may have besides. Zero-initialised: none of it. */
typedef struct gml_dataset_parts {
    gml_matrix inputs, targets; /* as above */
    gml_task task;
    gml_matrix weights;  /* [n x 1] f64: how much each sample counts, in training and in the loss that gml_evaluate
                            finds; finite, also their sum, not below 0, not all 0; memory that must stay */
    int missing_targets; /* not 0: targets that are NaN are not known, as gml_train_options.missing_targets has it */
} gml_dataset_parts;

GML_API gml_status gml_dataset_create(gml_context *context, const gml_dataset_parts *parts, gml_dataset **dataset);

/* Reads a file or folder whole into memory.
 *
 * A CSV: comma separated, quoted as in RFC 4180, with or without a header row; inputs are numbers, kept as f64, names
 * and classes are text in UTF-8. IDX: a folder with `train-images-idx3-ubyte` and its siblings, with or without `.gz`,
 * or one images file whose labels file lies beside it; images are kept as u8, a row each.
 *
 * Errors: not_found, read, data (file, row and column or byte in the message; a column that is missing, not expected or
 * there twice), shape (not as many inputs as `features` says), name (a target or format that is not there), argument
 * (options that cannot be), unsupported (gzip in a build without zlib), memory. `options` may be null. */
GML_API gml_status gml_dataset_open(gml_context *context, const char *path, const gml_dataset_options *options,
                                    gml_dataset **dataset);

/* Does the folder at `path` hold the IDX part ("train", "t10k")? Looks at names only. */
GML_API int gml_dataset_part_exists(gml_context *context, const char *path, const char *part);

/* Cuts a dataset in two at random: `second` gets round(fraction * n) samples, at least one, `first` the rest, at least
 * one; for classification each class gives its share. The same seed gives the same cut. Both refer to `dataset`, which
 * must outlive them. Errors: argument (a fraction outside (0, 1), fewer than two samples), memory. */
GML_API gml_status gml_dataset_split(gml_dataset *dataset, double fraction, uint64_t seed, gml_dataset **first,
                                     gml_dataset **second);

/* Columns by name. With `feature_names` a CSV that has a header row must have each of these columns, in any order; the
 * dataset has them in the order of `feature_names`. Beside them it may have the target and the weights; another column
 * is an error, and so are two columns of the same name in any header. Without a header row columns go by their places:
 * `features` columns are the inputs alone; else target and weights stand at their indexes, and the others are the
 * inputs. A file for a network without names (`features` alone) goes by places as well, with or without a header row.
 *
 * With `header` auto the first row is names if one of the `feature_names` stands there or the rule of `header` says so;
 * for a network without names, if all inputs are texts there. `feature_names` that are all numbers are taken to stand
 * in the first row. */

/* The target of a CSV. What its column is, is decided when all rows are read.
 *
 * The name of a class is the text of its cells. Numbers of equal value are one class, named by the shortest text:
 * 1, 1.0, +1 and 1e0 are the class "1", 0 and -0 the class "0". Numbers from 2^53 on and numbers with leading zeros are
 * codes: each text is a class of its own, so that 9007199254740992 and 9007199254740993 are two classes, and 1 and 01
 * are. The names in `class_names` are compared with cells by the same rule.
 *
 * With the task auto and k distinct numbers in n cells:
 *   - texts alone are classes, unless more than 20 are there and all differ: these identify the rows, an error;
 *   - whole numbers are classes if k <= 20 and k * k <= n, that is, if a class has k samples on average; or if some are
 *     codes and 2 * k <= n. Else they are values: 15 different integers in 15 rows are values;
 *   - numbers that are not whole are values;
 *   - texts beside numbers are an error, unless more than half of the cells are texts and the numbers are whole and
 *     k <= 20: then all are classes.
 * With the task regression a text is an error; with the task classification all cells are classes. The error names the
 * first texts, their lines and how many there are. A cell that is empty or nan is a missing target: `missing_targets`.
 */

/* Gives back what making the dataset took. Null is fine. */
GML_API void gml_dataset_destroy(gml_dataset *dataset);

GML_API size_t gml_dataset_size(const gml_dataset *dataset);     /* samples */
GML_API size_t gml_dataset_features(const gml_dataset *dataset); /* inputs of a sample */
GML_API size_t gml_dataset_targets(const gml_dataset *dataset);  /* columns of targets: 1 for classes; 0 if none */
GML_API size_t gml_dataset_classes(const gml_dataset *dataset);  /* 0 for regression */
GML_API gml_task gml_dataset_task(const gml_dataset *dataset);   /* never auto where there are targets */

/* Names, owned by the dataset; null where there is none or the index is past the last. */
GML_API const char *gml_dataset_feature_name(const gml_dataset *dataset, size_t index);
GML_API const char *gml_dataset_class_name(const gml_dataset *dataset, size_t index);
/* The target's column in the header of a CSV; without a header its index, or null if it is the last. */
GML_API const char *gml_dataset_target_name(const gml_dataset *dataset);

/* Copies the samples order[0 .. count-1] as real numbers; with a null order, the first `count` samples.
 *
 * inputs   [count x features] f32 or f64, written, or gml_matrix_none()
 * targets  [count x targets] f32 or f64, written, or gml_matrix_none()
 *
 * One thread, allocates nothing, safe beside other readers. Errors: shape, argument (a sample past the last). */
GML_API gml_status gml_dataset_gather(const gml_dataset *dataset, const size_t *order, size_t count, gml_matrix inputs,
                                      gml_matrix targets);

#ifdef __cplusplus
}
#endif
#endif
