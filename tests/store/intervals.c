/* tests/store/intervals.c - prediction intervals are saved with their network and come back to the bit; files that lie
 * about them are refused. */
#include <stdlib.h>
#include <string.h>

#include "ensemble_case.h"
#include "files.h"
#include "model_case.h"

static const double quantiles[] = {0.1, 1.0 / 3, 5e-324};

static gml_network *network_with(const char *score)
{
    const size_t targets = strcmp(score, "scaled_residual") == 0 ? 2 : 3;
    gml_network *network = new_network(context, targets == 2 ? "3 -> 4" : "3 -> 3", GML_F32, 1);
    assert_ok(
        context,
        gml_network_set_intervals(
            network, &(gml_intervals){
                         .level = 0.95, .score = score, .targets = targets, .samples = 206, .quantiles = quantiles}));
    return network;
}

TEST(intervals_come_back_to_the_bit)
{
    static const char *const scores[] = {"residual", "log_residual", "scaled_residual"};
    for (size_t i = 0; i < 3; i++) {
        gml_network *network = network_with(scores[i]), *again = NULL;
        assert_ok(context, gml_model_save(network, in_folder("m")));
        assert_ok(context, gml_model_load(context, in_folder("m"), &again));
        assert_same_network(network, again);
        ck_assert_str_eq(gml_network_intervals(again).score, scores[i]);
        gml_network_destroy(network);
        gml_network_destroy(again);
    }
}

TEST(an_ensemble_and_its_members_keep_their_own_intervals)
{
    ensemble_case of = set_up_ensemble(context, GML_F64, 0);
    gml_network *member = (gml_network *)gml_network_member(of.ensemble, 1), *again = NULL;
    assert_ok(context, gml_fit_intervals(of.ensemble, of.data, 0.9));
    assert_ok(context, gml_fit_intervals(member, of.data, 0.5));
    assert_ok(context, gml_model_save(of.ensemble, in_folder("e")));
    assert_ok(context, gml_model_load(context, in_folder("e"), &again));
    assert_same_network(of.ensemble, again);
    ck_assert_double_eq(gml_network_intervals(gml_network_member(again, 1)).level, 0.5);
    ck_assert_double_eq(gml_network_intervals(gml_network_member(again, 0)).level, 0);
    gml_network_destroy(again);
    clear_ensemble(&of);
}

TEST(a_checkpoint_holds_no_intervals_of_earlier_weights)
{
    ensemble_case of = set_up_ensemble(context, GML_F64, 0);
    gml_network *network = NULL, *again = NULL;
    assert_ok(context, gml_network_copy(gml_network_member(of.ensemble, 0), GML_F64, &network));
    assert_ok(context, gml_fit_intervals(network, of.data, 0.9));
    const gml_train_options options = {.epochs = 1, .checkpoint = in_folder("run")};
    assert_ok(context, gml_fit(network, of.data, NULL, &options, NULL, NULL));
    assert_ok(context, gml_model_load(context, in_folder("run"), &again));
    ck_assert_double_eq(gml_network_intervals(again).level, 0);
    gml_network_destroy(network);
    gml_network_destroy(again);
    clear_ensemble(&of);
}

TEST(a_header_that_lies_about_intervals_is_refused)
{
    static const struct {
        const char *from, *to, *reason;
    } lies[] = {
        {"\"needs\":\"intervals\"", "\"needs\":\"interval\"", "the unknown feature \"interval\""},
        {"\"intervals\":\"{", "\"intervals\":\"[", "valid JSON"},
        {"\\\"level\\\":0.94999999999999996", "\\\"level\\\":1", "level 1; a number above 0 and below 1"},
        {"\\\"level\\\":0.94999999999999996", "\\\"level\\\":-1e300", "level -1e+300; a number above 0"},
        {"\\\"level\\\":0.94999999999999996", "\\\"level\\\":\\\"0.9\\\"", "\"level\" is not a number"},
        {"\\\"level\\\":0.94999999999999996", "\\\"level\\\":1e400", "JSON"},
        {"\\\"level\\\":0.94999999999999996,", "", "\"level\" is not a number"},
        {"\\\"score\\\":\\\"residual", "\\\"score\\\":\\\"distance", "has the unknown score \"distance\""},
        {"\\\"score\\\":\\\"residual", "\\\"score\\\":\\\"distance", "a gemmule newer than"},
        {"\\\"score\\\":\\\"residual", "\\\"score\\\":\\\"scaled_residual", "3 targets with the score scaled_residual"},
        {"\\\"score\\\":\\\"residual\\\"", "\\\"score\\\":7", "\"score\" not a string"},
        {"\\\"samples\\\":206", "\\\"samples\\\":-1", "\"samples\" not a count"},
        {"\\\"samples\\\":206", "\\\"samples\\\":2.5", "\"samples\" not a count"},
        {"\\\"samples\\\":206", "\\\"simples\\\":206", "unknown key \"simples\": a gemmule newer than"},
        {"\\\"quantiles\\\":[", "\\\"quantiles\\\":[1,", "prediction intervals: 4 targets"},
        {"\\\"quantiles\\\":[0.10000000000000001,", "\\\"quantiles\\\":[", "prediction intervals: 2 targets"},
        {"\\\"quantiles\\\":[0.10000000000000001,", "\\\"quantiles\\\":[-0.1,", "the quantile of target 1 is -0.1"},
        {"\\\"quantiles\\\":[0.10000000000000001,", "\\\"quantiles\\\":[null,", "not an array of numbers"},
        {"\\\"quantiles\\\":[", "\\\"quantiles\\\":{},\\\"x\\\":[", "unknown key \"x\""},
    };
    bytes file = saved(context, network_with("residual"));
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        bytes forged = forge(file, lies[i].from, lies[i].to);
        gml_network *network = NULL;
        const size_t before = f.live_bytes;
        put_file("broken", forged.data, forged.size);
        assert_refused(context, gml_model_load(context, in_folder("broken"), &network), GML_ERROR_DATA, "broken",
                       lies[i].reason, NULL);
        ck_assert_ptr_null(network);
        ck_assert_uint_eq(f.live_bytes, before);
        free(forged.data);
    }
    free(file.data);
}

TEST(a_member_that_lies_about_intervals_is_refused)
{
    ensemble_case of = set_up_ensemble(context, GML_F64, 0);
    assert_ok(context, gml_fit_intervals((gml_network *)gml_network_member(of.ensemble, 2), of.data, 0.5));
    bytes file = saved(context, of.ensemble);
    of.ensemble = NULL;
    static const char *const lies[][3] = {
        {"\\\"intervals\\\":{\\\"level\\\"", "\\\"intervals\\\":7,\\\"x\\\":{\\\"level\\\"", "unknown key \"x\""},
        {"\\\"intervals\\\":{\\\"level\\\":0.5", "\\\"intervals\\\":{\\\"level\\\":2", "level 2;"},
        {"\\\"intervals\\\":{", "\\\"interval\\\":{", "member 3 has an unknown key \"interval\""},
    };
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        bytes forged = forge(file, lies[i][0], lies[i][1]);
        gml_network *network = NULL;
        put_file("broken", forged.data, forged.size);
        assert_refused(context, gml_model_load(context, in_folder("broken"), &network), GML_ERROR_DATA, lies[i][2],
                       NULL);
        free(forged.data);
    }
    free(file.data);
    clear_ensemble(&of);
}

int main(void)
{
    return run_file_tests("model_intervals", 60);
}
