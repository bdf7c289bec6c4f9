/* tests/store/ensemble.c - files of ensembles: the same ensemble comes back, and damage is refused. */
#include <string.h>

#include "ensemble_case.h"
#include "files.h"
#include "mixed_case.h"
#include "model_case.h"

/* Two members with preparations of their own, of one table. */
static gml_network *prepared_ensemble(void)
{
    static const char *const preparations[] = {NULL, "number -> impute -> robust; category -> ordinal -> impute; date "
                                                     "-> standard"};
    gml_network *members[2] = {NULL}, *ensemble = NULL;
    for (size_t i = 0; i < 2; i++) {
        mixed_case made = set_up_mixed_in(context, preparations[i], i == 0 ? "6 tanh" : "4 relu -> 3 relu", GML_F64);
        members[i] = made.network;
        made.network = NULL;
        clear_mixed(&made);
    }
    assert_ok(context, gml_ensemble_create(members, 2, &ensemble));
    return ensemble;
}

TEST(an_ensemble_comes_back_with_all_it_has_to_the_bit)
{
    for (size_t classes = 0; classes <= CASE_CLASSES; classes++) {
        ensemble_case of = set_up_ensemble(context, classes == 1 ? GML_F64 : GML_F32, classes == 1 ? 0 : classes);
        gml_network *again = NULL;
        assert_ok(context, gml_network_set_fact(of.ensemble, "note", "of the whole"));
        assert_ok(context, gml_network_set_fact(of.ensemble, "optimizer", NULL));
        assert_ok(context, gml_model_save(of.ensemble, in_folder("e.gemmule")));
        assert_ok(context, gml_model_load(context, in_folder("e.gemmule"), &again));
        assert_same_network(of.ensemble, again);
        gml_network_destroy(again);
        clear_ensemble(&of);
    }
}

TEST(members_come_back_with_their_preparations)
{
    gml_network *ensemble = prepared_ensemble(), *again = NULL;
    double x[MIXED_ROWS * MIXED_COLUMNS], unused[MIXED_ROWS], y[MIXED_ROWS], z[MIXED_ROWS];
    assert_ok(context, gml_model_save(ensemble, in_folder("e")));
    assert_ok(context, gml_model_load(context, in_folder("e"), &again));
    assert_same_network(ensemble, again);
    fill_mixed(x, unused);
    predict_doubles(ensemble, gml_matrix_f64(x, MIXED_ROWS, MIXED_COLUMNS), y);
    predict_doubles(again, gml_matrix_f64(x, MIXED_ROWS, MIXED_COLUMNS), z);
    ck_assert_mem_eq(y, z, sizeof y);
    gml_network_destroy(ensemble);
    gml_network_destroy(again);
}

TEST(the_file_says_that_it_is_an_ensemble_so_that_earlier_versions_refuse_it)
{
    bytes file = saved(context, prepared_ensemble());
    file.data[file.size] = '\0';
    ck_assert_ptr_nonnull(strstr((char *)file.data + 8, "\"needs\":\"kinds preparation ensemble parts\""));
    free(file.data);
}

/* ---- damage ---- */

static void assert_bytes_refused(const void *data, size_t size, const char *reason)
{
    gml_network *network = NULL;
    size_t before = f.live_bytes;
    put_file("broken", data, size);
    assert_refused(context, gml_model_load(context, in_folder("broken"), &network), GML_ERROR_DATA, "broken", reason,
                   NULL);
    ck_assert_ptr_null(network);
    ck_assert_uint_eq(f.live_bytes, before);
}

static gml_network *small_ensemble(void)
{
    gml_network *members[2] = {NULL}, *ensemble = NULL;
    members[0] = new_network(context, "3 -> 4 relu -> 2", GML_F32, 1);
    members[1] = new_network(context, "3 -> 5 relu -> 2", GML_F32, 2);
    assert_ok(context, gml_network_set_output_scaling(members[1], (double[]){1, 2}, (double[]){3, 4}));
    assert_ok(context, gml_ensemble_create(members, 2, &ensemble));
    return ensemble;
}

TEST(any_changed_byte_of_an_ensemble_is_refused)
{
    bytes file = saved(context, small_ensemble());
    for (size_t i = 0; i < file.size; i++) {
        file.data[i] ^= 0x20;
        assert_bytes_refused(file.data, file.size, "");
        file.data[i] ^= 0x20;
    }
    free(file.data);
}

TEST(an_ensemble_cut_at_any_length_is_refused)
{
    bytes file = saved(context, small_ensemble());
    for (size_t size = 0; size < file.size; size += 3) {
        assert_bytes_refused(file.data, size, "");
    }
    free(file.data);
}

TEST(an_ensemble_that_lies_under_a_right_checksum_is_refused)
{
    static const struct {
        const char *from, *to, *reason;
    } lies[] = {
        {"\\\"units\\\":5", "\\\"units\\\":6", "members.1.layers.0.weight is not in the header"},
        {"\\\"units\\\":5", "\\\"units\\\":2147483647", "the network needs more"},
        {"{\\\"training\\\":{}},", "", "do not list the same number of members"},
        {"{\\\"members\\\":[{\\\"training\\\":{}},{\\\"training\\\":{}}]}", "{\\\"members\\\":[]}",
         "do not list the same"},
        {"{\\\"training\\\":{}},", "{\\\"training\\\":{},\\\"more\\\":{}},", "member 1 has an unknown key \"more\""},
        {"{\\\"training\\\":{}},", "{\\\"training\\\":[]},", "member 1 has no object \"training\""},
        {"{\\\"training\\\":{}},", "{\\\"training\\\":{\\\"loss\\\":\\\"huber\\\"}},",
         "member 2 of the ensemble has the loss"},
        {"members.1.output.shift", "members.2.output.shift", "members.1.layers.0.weight is not in the header"},
        {"members.0.layers.0.bias", "members.0.layers.9.bias", "members.0.layers.0.bias is not in the header"},
        {"\"members\":\"", "\"preparation\":\"{}\",\"members\":\"", "or \"target_transform\" beside its members"},
        {"\"needs\":\"ensemble\"", "\"needs\":\"choir\"", "the unknown feature \"choir\": a gemmule newer than"},
    };
    bytes file = saved(context, small_ensemble());
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        bytes lie = forge(file, lies[i].from, lies[i].to);
        assert_bytes_refused(lie.data, lie.size, lies[i].reason);
        free(lie.data);
    }
    free(file.data);
}

TEST(many_members_without_parameters_may_not_be_wide_together)
{
    static const char from[] = "\\\"inputs\\\":3", to[] = "\\\"inputs\\\":10000";
    gml_network *narrow[2] = {new_network(context, "3 -> relu", GML_F32, 1),
                              new_network(context, "3 -> relu", GML_F32, 2)};
    gml_network *both = NULL;
    assert_ok(context, gml_ensemble_create(narrow, 2, &both));
    bytes file = saved(context, both), one = forge(file, from, to), two = forge(one, from, to);
    assert_bytes_refused(two.data, two.size, "too wide");
    free(file.data);
    free(one.data);
    free(two.data);

    gml_network *members[4] = {NULL}, *ensemble = NULL;
    for (size_t i = 0; i < 4; i++) {
        members[i] = new_network(context, "10000 -> relu", GML_F32, i);
    }
    assert_ok(context, gml_ensemble_create(members, 4, &ensemble));
    assert_refused(context, gml_model_save(ensemble, in_folder("wide")), GML_ERROR_DATA, "too wide", NULL);
    gml_network_destroy(ensemble);
}

int main(void)
{
    return run_file_tests("model_ensemble", 120);
}
