/* tests/store/golden.c - model files of earlier versions, kept under tests/golden, are read to the same predictions.
 *
 * Beside each model NAME.safetensors stands NAME.txt: what the network knew of its data, and rows of inputs with the
 * predictions of the version that wrote them. Predictions may differ by the rounding of kernel sets, the rest may not.
 *
 * tools/make-golden runs this program with GEMMULE_GOLDEN_MAKE=FOLDER, which writes such files as this version has
 * them. Files that are there already are left alone: they are what later versions are held against. */
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "faults.h"
#include "gemmule/gemmule.h"
#include "harness.h"
#include "mixed_case.h"
#include "model_case.h"

enum { ROWS = 5, MOST_NUMBERS = 64, MOST_TEXT = 1 << 14 };

/* ---- what a network is held to ---- */

typedef struct page {
    char text[MOST_TEXT];
    size_t size;
} page;

#define ADD(to, ...)                                                                                                   \
    do {                                                                                                               \
        (to)->size += (size_t)snprintf((to)->text + (to)->size, MOST_TEXT - (to)->size, __VA_ARGS__);                  \
        ck_assert_uint_lt((to)->size, MOST_TEXT);                                                                      \
    } while (0)

static void add_text(page *to, const char *what, const char *text)
{
    if (text != NULL) {
        ADD(to, "%s %s\n", what, text);
    }
}

/* One line, for a network with prediction intervals. */
static void describe_intervals(const gml_network *network, page *to)
{
    const gml_intervals intervals = gml_network_intervals(network);
    if (intervals.level > 0) {
        ADD(to, "intervals %.17g %s %zu", intervals.level, intervals.score, intervals.samples);
        for (size_t i = 0; i < intervals.targets; i++) {
            ADD(to, " %.17g", intervals.quantiles[i]);
        }
        ADD(to, "\n");
    }
}

/* One line each: task, columns, classes, facts. */
static void describe(const gml_network *network, page *to)
{
    const gml_dataset_options data = gml_network_data_options(network);
    const char *name, *text;
    ADD(to, "dtype %s\ntask %d\ninputs %zu\noutputs %zu\nparameters %zu\n", gml_dtype_name(gml_network_dtype(network)),
        (int)gml_network_task(network), gml_network_inputs(network), gml_network_outputs(network),
        gml_network_parameter_count(network));
    for (size_t i = 0; (text = gml_network_feature_name(network, i)) != NULL; i++) {
        add_text(to, "feature", text);
    }
    for (size_t i = 0; (text = gml_network_class_name(network, i)) != NULL; i++) {
        add_text(to, "class", text);
    }
    add_text(to, "target", data.target);
    add_text(to, "target_index", data.target_index);
    add_text(to, "weights", data.weights);
    add_text(to, "weights_index", data.weights_index);
    add_text(to, "delimiter", data.delimiter);
    add_text(to, "decimal", data.decimal);
    add_text(to, "comment", data.comment);
    add_text(to, "missing", data.missing);
    add_text(to, "preparation", gml_preparation_description(gml_network_preparation(network)));
    for (size_t i = 0; (text = gml_network_fact_at(network, i, &name)) != NULL; i++) {
        ADD(to, "fact %s %s\n", name, text);
    }
    describe_intervals(network, to);
    for (size_t i = 0; i < gml_network_members(network); i++) {
        ADD(to, "member %zu\n", i);
        describe(gml_network_member(network, i), to);
    }
}

/* Inputs that are the same whoever asks. */
static double input_at(size_t row, size_t col)
{
    return fmod((double)(row * 7 + col * 3 + 1) * 0.618033988749895, 1.0) * 4 - 1;
}

/* The same for the columns of the mixed table; three cells are missing. */
static double mixed_at(size_t row, size_t col)
{
    const double u = input_at(row, col), cells[MIXED_COLUMNS] = {40 + 10 * u, floor(u), 18050 + 9 * u, exp(u), 12.5};
    return row == col && row < 3 ? NAN : col == 1 && cells[col] < 0 ? 3 : cells[col];
}

/* Predictions of one sample, in double whatever the network's type. */
static void predict(gml_context *context, const gml_network *network, const double *x, double *y)
{
    size_t inputs = gml_network_columns(network), outputs = gml_network_outputs(network);
    float narrow[MOST_NUMBERS];
    bool is_narrow = gml_network_dtype(network) == GML_F32;
    ck_assert_uint_le(outputs, MOST_NUMBERS);
    assert_ok(context,
              gml_network_predict(network, gml_matrix_f64((double *)(uintptr_t)x, 1, inputs),
                                  is_narrow ? gml_matrix_f32(narrow, 1, outputs) : gml_matrix_f64(y, 1, outputs)));
    for (size_t i = 0; is_narrow && i < outputs; i++) {
        y[i] = (double)narrow[i];
    }
}

/* ---- writing ---- */

/* Files that a network learns from. w weighs the samples; all have the inputs a to d. */
static void write_data(void)
{
    page classes = {.size = 0}, values = {.size = 0}, counts = {.size = 0};
    static const char *const kinds[] = {"red", "gr\xc3\xbcn, \"deep\"", "blue"};
    ADD(&classes, "a,b,\"c, in cm\",w,d,kind\n");
    ADD(&values, "a,b,c,d,price\n");
    ADD(&counts, "a,b,c,d,visits\n");
    for (size_t i = 0; i < 40; i++) {
        double a = input_at(i, 0), b = input_at(i, 1), c = input_at(i, 2), d = input_at(i, 3);
        const char *kind = kinds[(a > 0.5) + (b + c > 2)];
        bool quoted = strchr(kind, '"') != NULL;
        ADD(&classes, "%.4f,%.4f,%.4f,%zu,%.4f,%s\n", a, b, c, 1 + i % 3, d,
            quoted ? "\"gr\xc3\xbcn, \"\"deep\"\"\"" : kind);
        ADD(&values, "%.4f,%.4f,%.4f,%.4f,%.4f\n", a, b, c, d, 0.25 * (a - b * c));
        ADD(&counts, "%.4f,%.4f,%.4f,%.4f,%.0f\n", a, b, c, d, floor(2.5 + a + 0.5 * d));
    }
    put_text("classes.csv", classes.text);
    put_text("values.csv", values.text);
    put_text("counts.csv", counts.text);
    for (char *c = values.text; *c != '\0'; c++) { /* the same values with other marks */
        *c = *c == ',' ? '|' : *c == '.' ? ',' : *c;
    }
    put_text("marks.csv", values.text);
}

static const struct golden {
    const char *name, *data, *net, *loss, *weights; /* data null: the mixed table, with this preparation: */
    const char *preparation;
} goldens[] = {
    {"norms", "classes.csv",
     "4 -> 6 bias=no -> weight_norm -> batchnorm -> relu -> dropout 0.1 -> 6 tanh -> residual -> layernorm -> 6 selu "
     "-> "
     "alpha_dropout 0.1 -> gaussian_noise 0.05 -> 5 -> rmsnorm -> 3 softmax",
     "softmax_cross_entropy", "w", NULL},
    {"gates", "classes.csv", "4 -> 8 -> glu -> 8 -> reglu -> 8 -> geglu -> 8 -> swiglu -> 3 sigmoid", "focal", "w",
     NULL},
    {"trainable", "values.csv",
     "4 -> 5 prelu(per=unit) -> 5 swish -> 5 scaled_sigmoid -> 5 scaled_tanh(per=unit) -> 5 snake -> 5 pelu -> 5 "
     "piecewise_linear -> 5 rational(per=unit) -> 5 mixture -> 1",
     "mean_squared_error", NULL, NULL},
    {"mixes", "values.csv", "4 -> 5 mix -> 5 mix(f=mish) -> 5 mix(f=relu, a=0.5, per=layer) -> 1", "huber", NULL, NULL},
    {"logistic", "values.csv", "4 -> 6 log_sigmoid -> 6 lecun_tanh -> 6 softsign -> 6 sigmoid -> 1", "huber", NULL,
     NULL},
    {"gaussian", "values.csv", "4 -> 6 gelu -> 6 gelu_tanh -> 6 gaussian -> 6 sine -> 1", "huber", NULL, NULL},
    {"smooth", "values.csv", "4 -> 6 silu -> 6 mish -> 6 softplus -> 6 squareplus -> 1", "huber", NULL, NULL},
    {"elu", "values.csv", "4 -> 6 elu -> 6 celu -> 6 selu -> 1", "huber", NULL, NULL},
    {"pieces", "values.csv",
     "4 -> 8 leaky_relu(slope=0.2) -> 6 hard_tanh -> 6 squared_relu -> 6 hard_sigmoid -> 6 relu6 -> 6 hard_swish -> 6 "
     "identity -> 3 log_softmax -> 1",
     "mean_absolute_error", NULL, NULL},
    {"steps", "values.csv", "4 -> 6 step -> 6 sign -> 1", "mean_squared_error", NULL, NULL},
    {"biases", "values.csv", "4 -> 6 tanh bias_init=normal(std=0.5) -> 6 relu init=he_normal bias_init=zeros -> 1",
     "huber", NULL, NULL},
    {"variances", "values.csv", "4 -> 6 tanh -> 2", "gaussian_nll", NULL, NULL},
    {"counts", "counts.csv", "4 -> 6 tanh -> 1 exponential", "poisson", NULL, NULL},
    {"intervals", "values.csv", "4 -> 6 tanh -> 1", "huber", NULL, NULL},
    {"marks", "marks.csv", "4 -> 6 tanh -> 1", "huber", NULL, NULL},
    {"members", "classes.csv",
     "4 -> members 3 -> scale(std=1) -> 6 bias=no -> affine -> relu -> 5 tanh heads -> 3 softmax heads -> average",
     "softmax_cross_entropy", "w", NULL},
    {"prepared", NULL, "12 -> 6 tanh -> 1", "huber", NULL,
     "number -> impute(value=median) -> robust -> smooth_clip; category -> one_hot(levels=2); size -> log -> minmax"},
    {"ordered", NULL, "10 -> 6 tanh -> 1", "huber", NULL,
     "number -> impute(indicator=no) -> quantile(quantiles=20); category -> ordinal; date -> impute -> date_parts -> "
     "standard"},
    {"columns", NULL,
     "6 -> pbld(numbers=2, size=3, frequencies=4) -> ple(numbers=1, bins=3, size=2) -> plr(numbers=1, size=2, "
     "frequencies=3) -> embedding(columns=1, levels=4, size=2) -> scale -> 6 tanh -> affine -> 1",
     "huber", NULL,
     "number -> impute -> robust -> smooth_clip; category -> encode(one_hot=2, levels=2); date -> impute -> standard"},
    {"ensemble", NULL, "10 -> 4 tanh -> 1", "huber", NULL,
     "number -> impute(indicator=no) -> quantile(quantiles=20); category -> ordinal; date -> impute -> date_parts -> "
     "standard"},
};

enum { GOLDENS = sizeof goldens / sizeof goldens[0] };

/* A network of the mixed table. */
static gml_network *learn_mixed(gml_context *context, const struct golden *golden, gml_dtype dtype)
{
    const gml_recipe recipe = {.network = golden->net,
                               .options = {.dtype = dtype, .seed = 3},
                               .preparation = golden->preparation,
                               .fit = {.optimizer = "adam(lr=0.01)", .loss = golden->loss, .epochs = 5, .batch = 8}};
    static double x[MIXED_ROWS * MIXED_COLUMNS], y[MIXED_ROWS];
    gml_network *network = NULL;
    fill_mixed(x, y);
    gml_dataset *data = mixed_dataset(context, x, y, MIXED_ROWS, true);
    if (strcmp(golden->name, "ensemble") == 0) {
        const gml_ensemble_options options = {.members = 2};
        assert_ok(context, gml_ensemble_fit(&recipe, data, NULL, &options, &network, NULL));
    } else {
        assert_ok(context, gml_recipe_network(&recipe, data, &network));
        assert_ok(context, gml_fit(network, data, NULL, &recipe.fit, NULL, NULL));
    }
    gml_dataset_destroy(data);
    return network;
}

static gml_network *learn(gml_context *context, const struct golden *golden, gml_dtype dtype)
{
    if (golden->data == NULL) {
        return learn_mixed(context, golden, dtype);
    }
    gml_dataset *data = NULL;
    gml_network *network = NULL;
    gml_network_options options = {.dtype = dtype, .seed = 3};
    gml_dataset_options reading = {.weights = golden->weights};
    gml_train_options training = {
        .optimizer = "adam(lr=0.01)", .loss = golden->loss, .epochs = 5, .batch = 8, .seed = 5};
    if (strcmp(golden->data, "marks.csv") == 0) {
        reading.delimiter = "|";
        reading.decimal = ",";
        reading.comment = "#";
        reading.missing = "unknown,-999";
    }
    reading.task = strcmp(golden->data, "classes.csv") == 0 ? GML_TASK_CLASSIFICATION : GML_TASK_REGRESSION;
    assert_ok(context, gml_dataset_open(context, in_folder(golden->data), &reading, &data));
    assert_ok(context, gml_network_create(context, golden->net, &options, &network));
    assert_ok(context, gml_network_adapt(network, data, GML_SCALING_AUTO));
    assert_ok(context, gml_fit(network, data, NULL, &training, NULL, NULL));
    if (strcmp(golden->name, "intervals") == 0) {
        assert_ok(context, gml_fit_intervals(network, data, 0.8));
    }
    gml_dataset_destroy(data);
    return network;
}

static void write_page(gml_context *context, const gml_network *network, const char *path)
{
    page to = {.size = 0};
    describe(network, &to);
    for (size_t row = 0; row < ROWS; row++) {
        double x[MOST_NUMBERS], y[MOST_NUMBERS];
        for (size_t i = 0; i < gml_network_columns(network); i++) {
            x[i] = gml_network_columns(network) == MIXED_COLUMNS ? mixed_at(row, i) : input_at(row, i);
        }
        predict(context, network, x, y);
        ADD(&to, "row");
        for (size_t i = 0; i < gml_network_columns(network); i++) {
            ADD(&to, " %.17g", x[i]);
        }
        for (size_t i = 0; i < gml_network_outputs(network); i++) {
            ADD(&to, " %.17g", y[i]);
        }
        ADD(&to, "\n");
    }
    FILE *file = fopen(path, "wb");
    ck_assert_msg(file != NULL && fwrite(to.text, 1, to.size, file) == to.size && fclose(file) == 0, "%s", path);
}

static void make(void)
{
    make_folder();
    write_data();
    gml_context *context = test_context();
    for (size_t i = 0; i < 2 * GOLDENS; i++) {
        const struct golden *golden = &goldens[i / 2];
        gml_dtype dtype = i % 2 == 0 ? GML_F32 : GML_F64;
        char model[512], text[512];
        const char *folder = getenv("GEMMULE_GOLDEN_MAKE");
        snprintf(model, sizeof model, "%s/%s-%s.safetensors", folder, golden->name, gml_dtype_name(dtype));
        snprintf(text, sizeof text, "%s/%s-%s.txt", folder, golden->name, gml_dtype_name(dtype));
        if (access(model, F_OK) != 0) {
            gml_network *network = learn(context, golden, dtype);
            assert_ok(context, gml_model_save(network, model));
            write_page(context, network, text);
            gml_network_destroy(network);
        }
    }
    gml_context_destroy(context);
    remove_folder();
}

/* ---- reading ---- */

static const char *golden_folder(void)
{
    static char folder[512];
    snprintf(folder, sizeof folder, "%s/tests/golden", getenv("GEMMULE_SOURCE_ROOT"));
    return folder;
}

/* The row's inputs give its predictions. */
static void assert_predicts(gml_context *context, const gml_network *network, const char *name, const char *row)
{
    size_t inputs = gml_network_columns(network), outputs = gml_network_outputs(network);
    double tolerance = gml_network_dtype(network) == GML_F32 ? 1e-6 : 1e-13, numbers[2 * MOST_NUMBERS], y[MOST_NUMBERS];
    char *end = (char *)(uintptr_t)row;
    ck_assert_uint_le(inputs + outputs, 2 * MOST_NUMBERS);
    for (size_t i = 0; i < inputs + outputs; i++) {
        const char *begin = end;
        numbers[i] = strtod(begin, &end);
        ck_assert_msg(end != begin, "%s: a row of too few numbers: %s", name, row);
    }
    predict(context, network, numbers, y);
    for (size_t i = 0; i < outputs; i++) {
        double expected = numbers[inputs + i];
        ck_assert_msg(fabs(y[i] - expected) <= tolerance * fmax(1, fabs(expected)),
                      "%s: output %zu is %.17g, was %.17g", name, i, y[i], expected);
    }
}

/* Saved anew it is the same network, and from then on the same bytes. */
static void assert_saves_the_same(gml_context *context, const gml_network *network)
{
    gml_network *again = NULL;
    size_t sizes[2];
    char *files[2];
    assert_ok(context, gml_model_save(network, in_folder("first")));
    assert_ok(context, gml_model_load(context, in_folder("first"), &again));
    assert_same_network(network, again);
    assert_ok(context, gml_model_save(again, in_folder("second")));
    files[0] = get_file(in_folder("first"), &sizes[0]);
    files[1] = get_file(in_folder("second"), &sizes[1]);
    ck_assert_uint_eq(sizes[0], sizes[1]);
    ck_assert_mem_eq(files[0], files[1], sizes[0]);
    free(files[0]);
    free(files[1]);
    gml_network_destroy(again);
}

static void assert_golden(gml_context *context, const char *name)
{
    char path[1024];
    size_t size = 0;
    page now = {.size = 0};
    gml_network *network = NULL;
    snprintf(path, sizeof path, "%s/%s.safetensors", golden_folder(), name);
    assert_ok(context, gml_model_load(context, path, &network));
    describe(network, &now);
    snprintf(path, sizeof path, "%s/%s.txt", golden_folder(), name);
    char *then = get_file(path, &size);
    then[size] = '\0';
    char *row = strstr(then, "row ");
    ck_assert_ptr_nonnull(row);
    ck_assert_msg((size_t)(row - then) == now.size && memcmp(then, now.text, now.size) == 0, "%s: was\n%.*sis\n%s",
                  name, (int)(row - then), then, now.text);
    size_t rows = 0;
    for (; row != NULL; row = strstr(row, "row "), rows++) {
        row += 4;
        assert_predicts(context, network, name, row);
    }
    ck_assert_uint_eq(rows, ROWS);
    assert_saves_the_same(context, network);
    free(then);
    gml_network_destroy(network);
}

TEST(models_of_earlier_versions_are_read_to_the_same_predictions)
{
    if (getenv("GEMMULE_GOLDEN_MAKE") != NULL) {
        make();
    }
    make_folder();
    gml_context *context = test_context();
    DIR *folder = opendir(golden_folder());
    size_t count = 0;
    ck_assert_ptr_nonnull(folder);
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        const char *end = strstr(entry->d_name, ".safetensors");
        if (end != NULL) {
            char name[256];
            snprintf(name, sizeof name, "%.*s", (int)(end - entry->d_name), entry->d_name);
            assert_golden(context, name);
            count++;
        }
    }
    closedir(folder);
    ck_assert_uint_ge(count, 2 * GOLDENS);
    gml_context_destroy(context);
    remove_folder();
}

/* Every layer, activation and transform of today's tables is in one of the models that this program makes. */
TEST(no_row_of_the_tables_is_left_out)
{
    const gml_entry *(*const tables[])(size_t) = {gml_layer_entry, gml_activation_entry, gml_trainable_entry,
                                                  gml_transform_entry};
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++) {
        for (size_t i = 0; tables[t](i) != NULL; i++) {
            const char *name = tables[t](i)->name;
            bool found = strcmp(name, "dense") == 0 || strcmp(name, "activation") == 0;
            for (size_t k = 0; k < GOLDENS; k++) {
                const char *preparation = goldens[k].preparation != NULL ? goldens[k].preparation : "";
                found = found || strstr(goldens[k].net, name) != NULL || strstr(preparation, name) != NULL;
            }
            ck_assert_msg(found, "%s is in no golden model", name);
        }
    }
}

int main(void)
{
    return run_tests("golden", 60);
}
