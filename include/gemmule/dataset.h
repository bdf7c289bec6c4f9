/* gemmule/dataset.h - samples and targets from the caller's arrays or from files, and their splits. */
#ifndef GEMMULE_DATASET_H
#define GEMMULE_DATASET_H

#include "gemmule/context.h"
#include "gemmule/entry.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gml_dataset gml_dataset;

typedef enum gml_task {
    GML_TASK_AUTO = 0,      /* found from the targets; for a CSV see "The target of a CSV" below */
    GML_TASK_REGRESSION,    /* targets are values */
    GML_TASK_CLASSIFICATION /* targets are class numbers 0 .. classes-1, in one column */
} gml_task;

typedef enum gml_choice { GML_CHOICE_AUTO = 0, GML_CHOICE_YES, GML_CHOICE_NO } gml_choice;

/* Returns row `index` of the table of file formats; null past the last row. */
GML_API const gml_entry *gml_format_entry(size_t index);

/* How to read a file. Zero-initialised: everything is found from the file. The strings are read during the call only.
 * To read data for an existing network, start from gml_network_data_options. */
typedef struct gml_dataset_options {
    const char *format; /* name of a row of the table of formats; null: found from the contents */
    const char *part;   /* of a folder of IDX files: "train" (the default) or "t10k" */
    gml_choice header;  /* CSV: whether the first row holds names. auto: yes if at least half of the inputs that are
                           numbers or dates in the second row are not in the first, and the target is not alike in both;
                           without such inputs, if the target is a number or a date in the second row alone, or if all
                           cells of both rows are other texts, which differ from each other in the first row and from
                           the cells below */
    const char *target; /* CSV: the target column, by name or by index (from 0; from -1 backward), or several, which are
                           values then: "height,weight". Names that hold commas go in single quotes, doubled inside; a
                           text that is the whole name of a column is that one. null: the last that has a name, if there
                           is a header */
    gml_choice targets; /* whether targets are read. auto: if the file has them; a CSV with inputs alone has none. no:
                           with `features` not 0, target, weights and groups are skipped, whatever they hold; with
                           `features` 0, all columns are inputs */
    gml_task task;      /* kind of the targets */
    size_t features;    /* required number of inputs; 0: any */
    const char *const *class_names; /* the classes in order; null: those found, ascending if all are numbers, else
                                       sorted as text */
    size_t classes;                 /* number of class_names */
    const char *weights;            /* CSV: the column of sample weights, by name or index like `target`; null: none */
    int missing_targets;            /* not 0: in a CSV a missing target is NaN; 0: it is an error */
    const char *const *feature_names; /* CSV: names of the `features` inputs; null: any. See "Columns by name" below */
    const char *target_index;  /* CSV without a header row: indexes of the columns named `target`, likewise; null:
                                  `target` is itself an index */
    const char *weights_index; /* likewise for `weights` */
    int weights_optional;      /* not 0: a file without the column `weights` is accepted, all samples then have
                                  weight 1; 0: it is an error */
    int bad_inputs;            /* not 0: an input that is not a finite number is read as NaN from text and as
                                  it is from other formats, for gml_network_check_samples to find; 0: it is an error */
    const char *groups; /* CSV: the column with the group of each sample, a text or a number, by name or index like
                           `target`; for gml_split_create. null: none */
    const char *groups_index; /* as weights_index, for `groups` */
    int groups_unread; /* not 0: the column `groups` is skipped, and a file without it is accepted; 0: it is read,
                          and a missing group is an error */
    /* CSV: how the file is written. See "CSV files" below. Marks are one character or a name: tab, space, comma,
     * semicolon, point. */
    const char *delimiter; /* between fields; null: found out */
    const char *decimal;   /* mark before the fraction of a number, "." or ","; null: found out */
    const char *thousands; /* between groups of three digits, as in 1,234.5; null: none */
    const char *comment;   /* lines that begin with this character are skipped; null: none */
    const char *missing;   /* words for a missing cell, separated by commas, in place of the usual ones; null: those */
    int marks_optional;    /* not 0: delimiter, decimal and thousands are those of another file, and each is used only
                              if this one can be read with it; 0: they are used */
    const char *const *more; /* [more_count] paths of further files, read after `path` as if one file; null: none */
    size_t more_count;
    /* Tables: what columns are. See "Kinds of columns" below. */
    const char *columns; /* kinds of some columns, as in "zip=category; when=date; id=ignore"; null: all are found */
    const char *ignore;  /* names or indexes of columns that are not read, separated by commas; null: none */
    const struct gml_column *column_kinds; /* [features]: the kinds of the inputs of a network; null: with `features`
                                              not 0 all inputs are numbers and none is missing, else kinds are found */
    int broken_rows;   /* not 0: broken rows of a CSV are left out, and a note tells how many and which is the first; 0:
                          the first is an error. See "Broken rows" below */
    int unseen_error;  /* with column_kinds: not 0: a category that is none of the levels is an error; 0: its code is
                          the number of levels */
    const char *cache; /* CSV: path of a file that keeps what was read, for the next time; null: none. See "Caches" */
    int cache_check;   /* not 0: every byte of the CSV and of the cache is compared; 0: size, time and some blocks */
} gml_dataset_options;

/* Makes a dataset over the caller's memory, which is not copied and must outlive the dataset.
 *
 * inputs   [n x features], any dtype
 * targets  [n x 1] class numbers, or [n x outputs] values, any dtype; or gml_matrix_none()
 * task     auto: a single u8 column holds class numbers, any other targets are values
 *
 * Class numbers must be integers; the greatest determines the number of classes. Other values are not checked here.
 * Errors: argument, shape, data (row and value in the message), memory. */
GML_API gml_status gml_dataset_from_matrices(gml_context *context, gml_matrix inputs, gml_matrix targets, gml_task task,
                                             gml_dataset **dataset);

/* What a column is. A dataset has columns of the first three kinds; tables have all (gemmule/table.h). */
typedef enum gml_column_kind {
    GML_COLUMN_NUMBER = 0, /* a quantity */
    GML_COLUMN_CATEGORY,   /* the index of a level; `level_count`: a level that is not known */
    GML_COLUMN_DATE,       /* days since 1970-01-01 in the proleptic Gregorian calendar, with fractions for times */
    GML_COLUMN_IDENTIFIER, /* names or numbers of the rows */
    GML_COLUMN_TEXT,       /* texts that rarely repeat */
    GML_COLUMN_CONSTANT,   /* one value in all rows */
    GML_COLUMN_EMPTY       /* no value in any row */
} gml_column_kind;

/* How the dates of a column are written, if no month has a name. */
typedef enum gml_date_order {
    GML_DATE_YEAR_FIRST = 0, /* 2014-02-17, and months with names */
    GML_DATE_DAY_FIRST,      /* 17.02.2014 */
    GML_DATE_MONTH_FIRST     /* 02/17/2014 */
} gml_date_order;

/* A column of inputs. In columns of any kind NaN is a missing cell; a preparation says what becomes of it
 * (gemmule/preparation.h). */
typedef struct gml_column {
    gml_column_kind kind;
    const char *const *levels; /* of a category: [level_count] names in UTF-8, all different */
    size_t level_count;        /* at most GML_MOST_LEVELS; 0 for other kinds */
    gml_date_order date_order; /* of a date, for reading further files */
} gml_column;

enum { GML_MOST_LEVELS = 1 << 20 };

/* All parts of a dataset. Zero-initialised: none. */
typedef struct gml_dataset_parts {
    gml_matrix inputs, targets; /* as above */
    gml_task task;
    gml_matrix weights;  /* [n x 1] f64: sample weights for training and for the loss of gml_evaluate; finite, with a
                            finite sum above 0, none below 0 */
    int missing_targets; /* not 0: targets that are NaN are missing (gml_train_options.missing_targets) */
    const gml_column *columns; /* [features], copied; null: all inputs are numbers, and none is missing. The inputs must
                                  be f32 or f64 then, and codes of categories whole, from 0 to level_count */
} gml_dataset_parts;

/* Makes a dataset like gml_dataset_from_matrices, with weights, missing targets and columns of several kinds. Errors:
 * also data (a code that is none). */
GML_API gml_status gml_dataset_create(gml_context *context, const gml_dataset_parts *parts, gml_dataset **dataset);

/* Reads a whole file or folder into memory, or maps the cache of a CSV. `options` may be null.
 *
 * CSV: see "CSV files" and "Kinds of columns" below; inputs are stored as f64. IDX: a folder with
 * `train-images-idx3-ubyte` and the other files of the set, with or without `.gz`, or one images file with its labels
 * file beside it; images are stored as u8, one per row. ARFF: see "ARFF" below. NPY, NPZ, safetensors and LIBSVM
 * text: see "Arrays" below.
 *
 * Errors: not_found, read, data (file, row and column or byte in the message; a missing, unexpected or repeated
 * column), shape (the number of inputs is not `features`), name (an unknown column or format), argument (invalid or
 * contradictory options), unsupported (gzip in a build without zlib), memory. */
GML_API gml_status gml_dataset_open(gml_context *context, const char *path, const gml_dataset_options *options,
                                    gml_dataset **dataset);

/* Returns 1 if the folder at `path` has the files of the IDX part ("train", "t10k"), by their names; else 0. */
GML_API int gml_dataset_part_exists(gml_context *context, const char *path, const char *part);

/* Splits a dataset at random: `second` has round(fraction * n) samples, `first` the rest, each at least one. For
 * classification the split is stratified by class. The same seed gives the same split. Both parts refer to `dataset`,
 * which must outlive them. gemmule/split.h has other kinds of splits, and folds. Errors: argument (a fraction outside
 * (0, 1), fewer than two samples), memory. */
GML_API gml_status gml_dataset_split(gml_dataset *dataset, double fraction, uint64_t seed, gml_dataset **first,
                                     gml_dataset **second);

/* CSV files. The text is UTF-8, with or without a byte order mark, or UTF-16 with one; it has no NUL characters. gzip
 * is read as well, of several members too. The file is read once from its start to its end, so that it may be a pipe. A
 * first line such as "sep=;" names the delimiter.
 *
 * A record is a line, which ends with LF, CR LF or CR; a field in double quotes may hold line ends, delimiters and,
 * each doubled, quotes. Blanks around a field do not count; empty lines are skipped. All records have the same number
 * of fields, at most 2^20; a field has at most 2^20 bytes, a record 2^27.
 *
 * The delimiter is that of , ; tab | and blanks which splits each record of the first 64 KiB into the same number of
 * fields, two or more; blanks only if at least half of the fields are numbers. Of several it is the one that leaves the
 * most numbers, then the first in this order. If none splits all records alike, nine of ten are enough. The decimal
 * mark is the comma if the delimiter is not, numbers such as 1,5 or 1.234,5 occur and none such as 1.5 or 1,234.5.
 * 1,234 and 1.234 do not count, since they may be thousands.
 *
 * A network keeps the marks and the words for missing cells that were given for its training data, and
 * gml_network_data_options has them with `marks_optional`: a file with other marks than those is read as if none were
 * given.
 *
 * A number has a sign, digits, a decimal mark, an exponent: -1.5e3, .5, 1e-7. It is read to the nearest double. Amounts
 * are numbers too where a column holds no other texts: $1,234.50, 12.5 %, 1.234,50 EUR, (35.00). An amount has groups
 * of three digits, one currency or percent sign (12 % is 12), or parentheses that make it negative. Groups are
 * separated by an apostrophe, a blank or that of comma and point which is not the decimal mark.
 *
 * Missing cells are empty, or hold one of the usual words: NA, and in any case nan, N/A, null, None, ? and -, and the
 * errors of spreadsheets, such as #N/A and #DIV/0!. In a target column of labels these words are labels, and only empty
 * cells are missing; likewise in groups. `missing` gives other words, which are then missing in every column; nan stays
 * missing among numbers. */

/* Broken rows. A row of a CSV is broken if it has another number of fields than the first, a quote where none can be, a
 * field that is too long or holds a NUL byte, or a text in an input of numbers. It ends with its record or, if the
 * quotes do not tell where that is, with its line. Where broken rows are left out, the first row must be whole, and a
 * text with quotes is read on one thread. */

/* Kinds of columns. When all rows of a table are read, each column of inputs gets a kind. `known` are its cells that
 * are not missing, k the distinct values among them. The first rule that applies counts:
 *
 *   cells                                                             kind
 *   all are missing                                                   empty
 *   texts of one value in two rows or more, none missing              constant
 *   numbers of one value in two rows or more, none missing            constant
 *   whole numbers, all different, the name says row: it is empty, or
 *     like row, index, unnamed: 0, or ends in no, nr or number        identifier
 *   whole numbers, all different or k > 20, the name says id: it is
 *     key or like "full name", or ends in id, uuid, phone, email      identifier
 *   whole numbers, the name says id, 2 <= k <= 20 and k * k <= known  category
 *   whole numbers, the name says zip: it has zip, postcode            as texts
 *   whole numbers, all dates such as 20140217, the name says date: it
 *     is day, or ends in date, datum or ymd                           date
 *   whole numbers, 3 <= k <= 20 and k * k <= known, the name says
 *     kind: it ends in type, class, category, code, occupation, gender,
 *     region, color and the like                                      category
 *   numbers in digits with leading zeros, or from 2^53 on (codes),
 *     all cells whole                                                 as texts
 *   other numbers alone                                               number
 *   texts that are dates, all in one order                            date
 *   texts and numbers, more than half of them texts                   as texts
 *   texts and whole numbers, k <= 20, k * k <= known, at least one
 *     cell in 20 a text                                               category
 *   texts and amounts, k <= 20, k * k <= known or at least one cell
 *     in 20 a text                                                    category
 *   amounts of several units, k <= 20                                 category
 *   texts, k <= 20                                                    category
 *   texts, the name says id                                           identifier
 *   texts, k <= 10000 and 10 * k <= known                             category
 *   texts of up to 24 bytes on average, k <= 10000, 2 * k <= known    category
 *   other texts of up to 24 bytes on average                          identifier
 *   other texts                                                       text
 *
 * A name has, is or ends in words, which begin at a capital after a small letter, or after a character that is neither
 * letter nor digit: customerID and "Order ID" end in id, paid does not. Capitals do not matter.
 *
 * Numbers, categories and dates are inputs, and numbers that are constant. Identifiers, texts, empty columns and
 * constant texts are no inputs; the dataset has a note about each (gml_dataset_note). These cases are errors: numbers
 * and a few words, amounts of several units, numbers and an infinite one, and dates that could be day or month first,
 * or that are no dates in fewer than half of the cells. The message names the cell.
 *
 * Levels are named and ordered like classes (see "The target of a CSV"). A date is 2014-02-17, 17.02.2014, 17/02/2014
 * or 02/17/2014, with `-`, `/` or `.` between, or has an English month: 17 Feb 2014, 17-Feb-2014, February 17, 2014. A
 * time may follow after a blank or T: 10:30, 10:30:15.5, 3:15 PM, with Z or +01:00 behind. Years are 1 to 9999 and have
 * four digits, or two in dates such as 2/17/14 and 17.02.14, for 1969 to 2068. All dates of a column are written in one
 * way; some may lack the time.
 *
 * `columns` has rules, separated by `;`: a name, `=`, a kind. Kinds are number, category, date, ymd, dmy and mdy (dates
 * with this order of year, month and day), and ignore. A name with = ; , or ' goes in single quotes, doubled inside; a
 * column of a table without names is named by its index, from 0. The same holds in `ignore`.
 *
 * If a CSV without a header row has columns that are not inputs, the inputs are named "column 1", ... after their
 * places, from 1. A network finds its inputs by these places. */

/* Columns by name. With `feature_names`, a CSV with a header row must have each of these columns, in any order; the
 * dataset has them in the order of `feature_names`. It may also have the target, the weights and the groups. Any other
 * column is ignored, with a note. Two columns of the same name are an error, in any header. A column without a name in
 * the header is called after its place: "column 3".
 *
 * Columns by position. This applies to a CSV without a header row, and to every file if `features` is given without
 * `feature_names`. If the file has `features` columns, all are inputs. Otherwise target, weights and groups are at
 * their indexes, and the other columns are the inputs.
 *
 * With `header` auto, the first row holds names if it contains one of the `feature_names` or if the rule at `header`
 * applies; with `features` but no `feature_names`, if all its inputs are texts. If all `feature_names` are numbers, the
 * file is taken to have a header row. */

/* The target of a CSV. The task is decided after all rows are read.
 *
 * The name of a class is the text of its cells. Numbers of equal value are one class, named by the shortest text:
 * 1, 1.0, +1 and 1e0 are the class "1", 0 and -0 the class "0". Numbers from 2^53 on and numbers with leading zeros are
 * codes: each distinct text is a class, so 9007199254740992 and 9007199254740993 are two classes, and so are 1 and 01.
 * The same rule compares `class_names` with cells.
 *
 * With the task auto and k distinct numbers in n cells:
 *   - only texts: classes; but more than 20 texts that all differ identify the rows, which is an error;
 *   - only integers: classes if k <= 20 and k * k <= n (k samples a class on average), or if some are codes and
 *     2 * k <= n. Otherwise values: 15 different integers in 15 rows are values;
 *   - only numbers, some of them not integers: values;
 *   - texts and numbers: an error, unless more than half of the cells are texts, all numbers are integers and k <= 20;
 *     then all are classes.
 * With the task regression a text is an error; with the task classification all cells are classes. The message names
 * the first texts, their lines and their number.
 *
 * Several targets are values, whatever numbers they hold.
 *
 * An empty cell is a missing target: see `missing_targets`. The usual words for missing cells (nan, NA, ?, ...) are
 * missing targets if all other cells are numbers and the task is not classification; otherwise they are texts. */

/* ARFF, as weka writes it: @relation, @attribute for each column, @data and a row a line. Columns have names; target,
 * weights and groups are found as in a CSV with a header row, and columns of a network by name.
 *
 *   attribute                 the column                                 as the target
 *   nominal, {a, b, 'c d'}    category of these levels, in this order    classes, all of these, in this order
 *   numeric, real, integer    judged by "Kinds of columns"               values, unless the task is classification
 *   string                    judged so, with numbers as texts           as in a CSV
 *   date, "dd.MM.yyyy HH:mm"  date                                       as in a CSV
 *   relational                error
 *
 * Columns of one value and without values are judged first, and `columns` counts before the declaration. Nominal values
 * are named like classes: 1 and 1.0 are one. A nominal value that is not declared, a text that is no number and a text
 * that is no date of the format are errors. With `bad_inputs` they are unknown levels and missing cells instead. A
 * value is missing if it is an unquoted ? or empty; numbers and strings are also missing if they are one of the usual
 * words.
 *
 * Values are separated by commas or blanks. Those in single or double quotes may have blanks, commas and, after a
 * backslash, quotes. % begins a comment. {2 5, 4 b} is a sparse row: attribute 2, counted from 0, is 5; attributes that
 * are not listed are 0, the first nominal value, 1970-01-01, or as a string missing. Sparse rows are bounded like those
 * of LIBSVM text. A number in braces behind a row is its sample weight, unless `weights` names a column.
 *
 * A format of dates has y, M, d, H, h, m, s, S, a, E, Z and X as in Java's SimpleDateFormat; without one it is
 * "yyyy-MM-dd'T'HH:mm:ss". Parts that it lacks are those of 1970-01-01T00:00:00. */

/* Caches. With `cache`, what a CSV holds is written to this file once it is read: inputs, targets, weights and groups
 * as numbers, and what was found out about them. The next time the file is mapped into memory in place of reading the
 * CSV. The dataset and all that is computed from it have the same bits either way. Neither making nor using a cache
 * needs memory that grows with the number of rows: rows lie in files in the folder of `cache` meanwhile, which have no
 * names and end with the process. docs/cache-format.md describes the file; it depends on the version of the library.
 *
 * A cache is used under two conditions. First, the CSV and all further files have the size, the time and the checksums
 * of some blocks that the cache recorded; with `cache_check` the checksums of all bytes. Second, the options are the
 * same, or the inputs, levels, targets, classes and weights are those of the network. Otherwise it is made anew. If it
 * cannot be made (no permission, a full disk, no regular file, a CSV that changes while it is read), the CSV is read as
 * without a cache. The dataset has a note that says which of these happened and why (gml_dataset_note). Two processes
 * may make the same cache at once. A cache in use may be replaced or removed, but must not be cut. */

/* Arrays. Numbers of the types bool, i1, i2, i4, i8, u1, u2, u4, u8, f4 and f8 are read, in either byte order and in C
 * or Fortran order. Inputs of bool and u1 are stored as u8 and those of f4 as f32, all others as f64. Targets obey "The
 * target of a CSV" above. The first dimension counts the samples; the others, up to three, are flattened. Messages
 * count samples and columns from 1. NaN among the inputs is a missing cell, as in columns of numbers; in data of a
 * network it is an error without `column_kinds`. Infinite numbers are errors.
 *
 * NPY: an array of one or two dimensions is a table like a CSV without a header row: targets, weights and groups are
 * columns by index. An array of three or four dimensions has inputs alone.
 *
 * NPZ and safetensors: arrays by name. The inputs are called x, X, inputs, data or arr_0. The targets are the array
 * that `target` names; if it is null, or for data of a network (`features` not 0) not there, they are called y, Y,
 * targets, target, labels or arr_1. `weights` and `groups` name arrays. Other arrays are skipped. Several columns of
 * targets are values.
 *
 * LIBSVM text: a sample a line, "label index:value index:value ..."; indexes begin at 1 and ascend, and inputs that are
 * not listed are 0. With `groups` "qid", qid:NUMBER after the label is the group. At most 2^20 inputs are read, and at
 * most 2^16 numbers, with the zeros, and 1024 more for each byte of the file. */

/* Frees a dataset; null is allowed. The caller's matrices are not freed. */
GML_API void gml_dataset_destroy(gml_dataset *dataset);

GML_API size_t gml_dataset_size(const gml_dataset *dataset);     /* number of samples */
GML_API size_t gml_dataset_features(const gml_dataset *dataset); /* inputs per sample */
GML_API gml_dtype gml_dataset_dtype(const gml_dataset *dataset); /* of the inputs in memory: u8 for images */
GML_API size_t gml_dataset_targets(const gml_dataset *dataset);  /* target columns: 1 for classes; 0: none */
GML_API size_t gml_dataset_classes(const gml_dataset *dataset);  /* 0 for regression */
GML_API gml_task gml_dataset_task(const gml_dataset *dataset);   /* auto only without targets */

GML_API size_t gml_dataset_groups(const gml_dataset *dataset); /* groups in the whole source; 0: none */

/* Describes column `index` of the inputs. The levels are owned by the dataset. Errors: argument (no such column). */
GML_API gml_status gml_dataset_column(const gml_dataset *dataset, size_t index, gml_column *column);

/* Returns a note about how the data was read: columns that are no inputs, and why; cells that are missing. Owned by the
 * dataset; null past the last. The parts of a split have no notes. */
GML_API const char *gml_dataset_note(const gml_dataset *dataset, size_t index);

/* Returns why a table's targets are classes or values, in words; null if that was said or there are no targets. */
GML_API const char *gml_dataset_task_reason(const gml_dataset *dataset);

/* Names, owned by the dataset; null if there is none or the index is past the last. */
GML_API const char *gml_dataset_feature_name(const gml_dataset *dataset, size_t index);
GML_API const char *gml_dataset_class_name(const gml_dataset *dataset, size_t index);
/* Returns the name of the target column in a CSV; without a header row its index, or null if it is the last column. Of
 * several targets it is the list, as in gml_dataset_options.target. */
GML_API const char *gml_dataset_target_name(const gml_dataset *dataset);
GML_API const char *gml_dataset_target_name_at(const gml_dataset *dataset, size_t index); /* of one of the targets */

/* Copies samples order[0 .. count-1], or the first `count` samples if `order` is null, as floating-point numbers.
 *
 * inputs   [count x features] f32 or f64, written, or gml_matrix_none()
 * targets  [count x targets] f32 or f64, written, or gml_matrix_none()
 *
 * Thread-safe for concurrent readers. Allocates nothing. Errors: shape, argument (a sample past the last). */
GML_API gml_status gml_dataset_gather(const gml_dataset *dataset, const size_t *order, size_t count, gml_matrix inputs,
                                      gml_matrix targets);

#ifdef __cplusplus
}
#endif
#endif
