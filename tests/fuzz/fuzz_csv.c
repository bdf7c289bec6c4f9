/* tests/fuzz/fuzz_csv.c - CSV files.
 *
 * The first byte chooses options: bits 0 and 1 the header, or that the file is for a network of the inputs x and a,
 * bits 2 and 3 the target, bits 4 and 5 the task, bit 6 missing targets, bit 7 a column of weights. The rest is the
 * file.
 *
 * A data set that is read can be gathered, split and read again to the same numbers. Each column of the file can be
 * described, and cells of kinds that are known can be read. */
#include "dataset_checks.h"

/* Describes all columns of the file as a table. */
static void describe(const char *path, const gml_dataset_options *options)
{
    gml_table *table = NULL;
    if (gml_table_open(fuzz_context(), path, options, &table) == GML_OK) {
        check_table(table);
    } else {
        fuzz_check(table == NULL, "a failed reading gives no table");
    }
    gml_table_destroy(table);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const targets[] = {NULL, "0", "-2,1", "y"};
    static const gml_task tasks[] = {GML_TASK_AUTO, GML_TASK_REGRESSION, GML_TASK_CLASSIFICATION, GML_TASK_AUTO};
    if (size == 0) {
        return 0;
    }
    static const char *const inputs[] = {"x", "a"}, *const levels[] = {"1", "b"};
    static const gml_column kinds[] = {{.kind = GML_COLUMN_DATE, .date_order = GML_DATE_DAY_FIRST},
                                       {.kind = GML_COLUMN_CATEGORY, .levels = levels, .level_count = 2}};
    unsigned choice = data[0];
    bool for_network = (choice & 3) == 3;
    const gml_dataset_options options = {
        .format = "csv",
        .header = (gml_choice)((choice & 3) % 3),
        .target = targets[choice >> 2 & 3],
        .task = tasks[choice >> 4 & 3],
        .targets = (choice >> 4 & 3) == 3 ? GML_CHOICE_NO : GML_CHOICE_AUTO,
        .missing_targets = (choice >> 6 & 1) != 0,
        .weights = (choice >> 7 & 1) != 0 ? "1" : NULL,
        .features = for_network ? 2 : 0,
        .feature_names = for_network ? inputs : NULL,
        .column_kinds = for_network && (choice >> 6 & 1) != 0 ? kinds : NULL,
    };
    fuzz_begin(((size_t)1 << 20) + 1024 * size);
    fuzz_put("data.csv", data + 1, size - 1);
    check_reading("data.csv", &options);
    describe("data.csv", &options);
    fuzz_end();
    return 0;
}
