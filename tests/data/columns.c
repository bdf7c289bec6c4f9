/* tests/data/columns.c - the columns of a CSV that is read for a network: found by name, or by place and count
 * (data/csv/csv_columns.c, csv_match.c, csv_header.c), and what a network keeps of the columns it was adapted to
 * (data/schema.h). */
#include "csv_case.h"

#include "gemmule/gemmule.h"

static const char *const names[] = {"p", "q"};

/* Options for a network of the inputs p and q. */
static gml_dataset_options known(const char *target, const char *weights)
{
    return (gml_dataset_options){.features = 2,
                                 .feature_names = names,
                                 .target = target,
                                 .weights = weights,
                                 .weights_optional = weights != NULL,
                                 .task = GML_TASK_REGRESSION};
}

static gml_dataset_options known_inputs(const char *target, const char *weights)
{
    gml_dataset_options options = known(target, weights);
    options.targets = GML_CHOICE_NO;
    return options;
}

static void assert_reads(const char *text, gml_dataset_options options, size_t targets, const double *expected)
{
    gml_dataset *dataset = open_text(text, &options);
    ck_assert_uint_eq(gml_dataset_targets(dataset), targets);
    assert_holds(dataset, 2, 2, expected);
    gml_dataset_destroy(dataset);
}

TEST(columns_are_found_by_name_in_any_order)
{
    const double all[] = {1, 2, 3, 4, 5, 6}, inputs[] = {1, 2, 4, 5};
    gml_dataset_options options = known("t", "w");
    assert_reads("p,q,t,w\n1,2,3,1\n4,5,6,2\n", options, 1, all);
    assert_reads("w,t,q,p\n1,3,2,1\n2,6,5,4\n", options, 1, all);
    assert_reads("t,q,p\n3,2,1\n6,5,4\n", options, 1, all);
    assert_reads("q,w,p\n2,1,1\n5,2,4\n", options, 0, inputs);
    assert_reads("q,p\n2,1\n5,4\n", options, 0, inputs);
    assert_reads("q,p\n2,1\n5,4\n", known(NULL, NULL), 0, inputs);
    assert_reads("q,other,p\n2,3,1\n5,6,4\n", known(NULL, NULL), 1, all);
    assert_reads("q,other,p\n2,3,1\n5,6,4\n", known("1", NULL), 1, all);
    gml_dataset *dataset = open_text("w,t,q,p\n1,3,2,1\n2,6,5,4\n", &options);
    ck_assert_str_eq(gml_dataset_feature_name(dataset, 0), "p");
    ck_assert_str_eq(gml_dataset_feature_name(dataset, 1), "q");
    ck_assert_str_eq(gml_dataset_target_name(dataset), "t");
    gml_dataset_destroy(dataset);
}

TEST(a_field_that_is_refused_is_named_by_its_own_column)
{
    gml_dataset_options options = known("t", "w");
    assert_refused(context, open_bad_text("q,t,w,p\n2,3,1,1\n5,6,2,x\n", &options), GML_ERROR_DATA,
                   "line 3, column 4 (\"p\")", "\"x\" is not a number", NULL);
    assert_refused(context, open_bad_text("q,t,w,p\n2,3,1,1\n5,6,-2,4\n", &options), GML_ERROR_DATA,
                   "line 3, column 3 (\"w\")", "below 0", NULL);
    assert_refused(context, open_bad_text("q,t,w,p\n2,3,1,1\n5,,2,4\n", &options), GML_ERROR_DATA,
                   "line 3, column 2 (\"t\")", NULL);
}

TEST(columns_that_are_missing_or_doubled_are_refused)
{
    gml_dataset_options options = known("t", "w"), evaluated = known("t", NULL), weighed = known("t", "w");
    evaluated.targets = GML_CHOICE_YES;
    weighed.weights_optional = 0;
    const char *inputs = "the inputs are \"p\", \"q\", the target is \"t\"";
    assert_refused(context, open_bad_text("age,income\n1,2\n", &options), GML_ERROR_DATA, "has no column \"p\"", inputs,
                   "the weights are \"w\"", NULL);
    assert_refused(context, open_bad_text("q,P,t\n1,2,3\n", &options), GML_ERROR_DATA, "has no column \"p\"", inputs,
                   NULL);
    assert_refused(context, open_bad_text("p,q,t,t\n1,2,3,4\n", &options), GML_ERROR_DATA,
                   "columns 3 and 4 are both called \"t\"", NULL);
    assert_refused(context, open_bad_text("p,q,p\n1,2,3\n", &options), GML_ERROR_DATA,
                   "columns 1 and 3 are both called \"p\"", NULL);
    assert_refused(context, open_bad_text("p,q\n1,2\n", &evaluated), GML_ERROR_DATA, "has no column \"t\"", NULL);
    assert_refused(context, open_bad_text("p,q,t\n1,2,3\n", &weighed), GML_ERROR_DATA, "has no column \"w\"", NULL);
    assert_refused(
        context,
        open_bad_text("p,q,t\n1,2,3\n",
                      &(gml_dataset_options){.features = 2, .feature_names = names, .target = "2", .weights = "2"}),
        GML_ERROR_ARGUMENT, "both the target and the weights", NULL);
}

TEST(columns_that_a_network_does_not_know_are_ignored_with_a_note)
{
    const double all[] = {1, 2, 3, 4, 5, 6};
    gml_dataset_options options = known("t", "w");
    gml_dataset *dataset = open_text("q,id,p,t,\"a,b\"\n2,x,1,3,\n5,7,4,6,\xff\n", &options);
    assert_holds(dataset, 2, 2, all);
    ck_assert_str_eq(gml_dataset_note(dataset, 0),
                     "2 columns are not known to the network and are ignored: \"id\", \"a,b\"");
    ck_assert_ptr_null(gml_dataset_note(dataset, 1));
    ck_assert_ptr_null(gml_dataset_note(NULL, 0));
    gml_dataset_destroy(dataset);
    options.target = NULL; /* two columns could be the target */
    assert_reads("q,id,p,t\n2,8,1,3\n5,9,4,6\n", options, 0, (double[]){1, 2, 4, 5});
    options.ignore = "q";
    assert_refused(context, open_bad_text("q,p,t\n1,2,3\n", &options), GML_ERROR_DATA,
                   "column 1, \"q\", is an input of the network and cannot be ignored", NULL);
}

TEST(a_doubled_name_is_refused_in_any_header)
{
    /* A network that was saved before doubled names were refused. */
    static const char *const twice[] = {"p", "p"};
    assert_refused(context, open_bad_text("p,t\n1,2\n", &(gml_dataset_options){.features = 2, .feature_names = twice}),
                   GML_ERROR_ARGUMENT, "inputs 1 and 2", "\"p\"", NULL);
    assert_refused(context, open_bad_text("p,y,y\n1,2,3\n4,5,6\n", NULL), GML_ERROR_DATA,
                   "columns 2 and 3 are both called \"y\"", "must differ", NULL);
    gml_dataset *dataset = open_text("1,1,1\n1,1,2\n", NULL); /* numbers are no names */
    ck_assert_uint_eq(gml_dataset_size(dataset), 2);
    gml_dataset_destroy(dataset);
}

TEST(without_a_header_columns_go_by_place_and_count)
{
    const double all[] = {1, 2, 3, 4, 5, 6}, inputs[] = {1, 2, 4, 5};
    gml_dataset_options options = known("t", "w");
    options.target_index = "0";
    options.weights_index = "2";
    assert_reads("3,1,9,2\n6,4,9,5\n", options, 1, all);
    assert_reads("1,2\n4,5\n", options, 0, inputs);
    assert_refused(context, open_bad_text("3,1,2\n6,4,5\n", &options), GML_ERROR_SHAPE, "1 input ", "3 columns",
                   "2 are expected: \"p\", \"q\"", NULL);
    options.weights = options.weights_index = NULL;
    assert_reads("3,1,2\n6,4,5\n", options, 1, all);
    options.target_index = NULL; /* of a network that was saved before this was kept */
    assert_refused(context, open_bad_text("3,1,2\n6,4,5\n", &options), GML_ERROR_NAME, "\"t\"", "no header", NULL);
    assert_reads("1,2\n4,5\n", options, 0, inputs);

    gml_dataset_options nameless = {.features = 2, .target = "0", .task = GML_TASK_REGRESSION};
    assert_reads("3,1,2\n6,4,5\n", nameless, 1, all);
    assert_reads("a,b,c\n3,1,2\n6,4,5\n", nameless, 1, all);
    assert_reads("a,b\n1,2\n4,5\n", nameless, 0, inputs);
}

TEST(inputs_are_read_whatever_target_and_weights_hold)
{
    const double inputs[] = {1, 2, 4, 5};
    gml_dataset_options options = known_inputs("t", "w");
    options.target_index = "1";
    options.weights_index = "3";
    assert_reads("p,t,q,w\n1,,2,-7\n4,\"x,\ny\",5,\xff\n", options, 0, inputs);
    assert_reads("w,t,q,p\nnan,?,2,1\n-1,,5,4\n", options, 0, inputs);
    assert_reads("1,n/a,2,?\n4,,5,\n", options, 0, inputs);
    assert_reads("1,2\n4,5\n", options, 0, inputs);
    assert_reads("1,2,x\n4,5,\n", (gml_dataset_options){.features = 2, .targets = GML_CHOICE_NO}, 0, inputs);
    assert_reads("a,b,c\n1,2,x\n4,5,\n", (gml_dataset_options){.features = 2, .targets = GML_CHOICE_NO}, 0, inputs);
    assert_refused(context, open_bad_text("p,t,q\n1,x,y\n", &options), GML_ERROR_DATA, "(\"q\")", "\"y\"", NULL);
}

TEST(the_first_row_is_told_from_data_by_the_names_that_are_known)
{
    static const char *const years[] = {"2019", "2020"};
    const double inputs[] = {1, 2, 4, 5};
    gml_dataset_options dated = {.features = 2, .feature_names = years, .target = "2021", .targets = GML_CHOICE_NO};
    assert_reads("2020,2019\n2,1\n5,4\n", dated, 0, inputs);
    assert_refused(context, open_bad_text("1,2\n4,5\n", &dated), GML_ERROR_DATA, "no column \"2019\"", NULL);
    dated.header = GML_CHOICE_NO;
    assert_reads("1,2\n4,5\n", dated, 0, inputs);
    assert_refused(context, open_bad_text("q,p\n", &(gml_dataset_options){.features = 2, .feature_names = names}),
                   GML_ERROR_DATA, "no rows", NULL);
    /* A bad cell in the first row is no header: the row would be lost. */
    gml_dataset_options nameless = {.features = 2, .targets = GML_CHOICE_NO};
    assert_refused(context, open_bad_text("?,2\n4,5\n", &nameless), GML_ERROR_DATA, "line 1, column 1", "\"?\"", NULL);
    gml_dataset_options options = known_inputs("t", NULL);
    assert_refused(context, open_bad_text("?,2\n4,5\n", &options), GML_ERROR_DATA, "line 1, column 1", NULL);
    assert_refused(context, open_bad_text("x,2\n4,5\n", &options), GML_ERROR_DATA, "no column \"p\"", NULL);
}

/* Adapts a network to a file, sends it through a model file, and reads another file with what it knows. */
static gml_dataset *read_again(const char *first, const gml_dataset_options *options, const char *second,
                               gml_choice targets)
{
    gml_network *network = NULL, *again = NULL;
    gml_dataset *data = open_text(first, options), *read = NULL;
    assert_ok(context, gml_network_create(context, "2 -> 1", NULL, &network));
    assert_ok(context, gml_network_adapt(network, data, GML_SCALING_AUTO));
    gml_dataset_destroy(data);
    assert_ok(context, gml_model_save(network, in_folder("model")));
    gml_network_destroy(network);
    assert_ok(context, gml_model_load(context, in_folder("model"), &again));
    gml_dataset_options known = gml_network_data_options(again);
    known.targets = targets;
    assert_ok(context, gml_dataset_open(context, put_text("second.csv", second), &known, &read));
    gml_network_destroy(again);
    return read;
}

TEST(a_network_remembers_the_columns_of_its_data)
{
    const double all[] = {1, 2, 30, 4, 5, 60}, inputs[] = {1, 2, 4, 5}, masked[] = {1, 2, 30, 4, 5};
    gml_dataset_options named = {
        .target = "t", .weights = "w", .task = GML_TASK_REGRESSION, .missing_targets = 1, .header = GML_CHOICE_YES};
    gml_dataset_options placed = {.target = "1", .weights = "-1", .task = GML_TASK_REGRESSION};
    const char *first = "t,p,w,q\n1.5,2,1,3\n2.5,8,2,7\n,9,2,1\n";
    const struct {
        const gml_dataset_options *options;
        const char *first, *second;
        gml_choice targets;
        size_t found;
        const double *expected;
    } cases[] = {
        {&named, first, "q,p,t\n2,1,30\n5,4,60\n", GML_CHOICE_AUTO, 1, all},
        {&named, first, "w,q,p,t\nx,2,1,y\nx,5,4,y\n", GML_CHOICE_NO, 0, inputs},
        {&named, first, "30,1,7,2\n60,4,7,5\n", GML_CHOICE_AUTO, 1, all},
        {&named, first, "30,1,7,2\n,4,7,5\n", GML_CHOICE_AUTO, 1, masked},
        {&named, first, "x,1,y,2\nx,4,y,5\n", GML_CHOICE_NO, 0, inputs},
        {&placed, "1,1.5,2,1\n3,2.5,4,2\n", "1,30,2,7\n4,60,5,7\n", GML_CHOICE_AUTO, 1, all},
        {&placed, "1,1.5,2,1\n3,2.5,4,2\n", "a,b,c,d\n1,x,2,y\n4,,5,\n", GML_CHOICE_NO, 0, inputs},
        {&placed, "1,1.5,2,1\n3,2.5,4,2\n", "1,2\n4,5\n", GML_CHOICE_AUTO, 0, inputs},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        gml_dataset *read = read_again(cases[i].first, cases[i].options, cases[i].second, cases[i].targets);
        ck_assert_uint_eq(gml_dataset_targets(read), cases[i].found);
        if (cases[i].expected != masked) {
            assert_holds(read, 2, 2, cases[i].expected);
        }
        gml_dataset_destroy(read);
    }
}

TEST(data_whose_inputs_have_other_names_is_refused_in_a_fit_and_an_evaluation)
{
    gml_network *network = NULL;
    gml_metrics metrics;
    gml_dataset *data = open_text("p,q,t\n1,2,3.5\n4,5,6.5\n", NULL),
                *other = open_text("q,p,t\n2,1,3.5\n5,4,6.5\n", NULL);
    gml_dataset *bare = open_text("1,2,3.5\n4,5,6.5\n", NULL);
    assert_ok(context, gml_network_create(context, "2 -> 1", NULL, &network));
    assert_ok(context, gml_network_adapt(network, data, GML_SCALING_AUTO));
    assert_ok(context, gml_evaluate(network, data, NULL, &metrics));
    assert_ok(context, gml_evaluate(network, bare, NULL, &metrics));
    assert_refused(context, gml_evaluate(network, other, NULL, &metrics), GML_ERROR_SHAPE, "input 1", "\"q\"", "\"p\"",
                   "gml_network_data_options", NULL);
    assert_refused(context, gml_fit(network, other, NULL, &(gml_train_options){.epochs = 1}, NULL, NULL),
                   GML_ERROR_SHAPE, "input 1", NULL);
    assert_ok(context, gml_network_adapt(network, other, GML_SCALING_AUTO));
    assert_ok(context, gml_evaluate(network, other, NULL, &metrics));
    gml_network_destroy(network);
    gml_dataset_destroy(data);
    gml_dataset_destroy(other);
    gml_dataset_destroy(bare);
}

int main(void)
{
    return run_file_tests("data_columns", 60);
}
