/* tests/base/pace.c - how many threads a small step is worth is found by trying: what the trials make of steps that
 * take so long together and so long alone. */
#include "base/pace.h"
#include "harness.h"

/* Runs so many steps; returns how many of them were alone. */
static size_t run(gml_pace *pace, size_t steps, uint64_t together, uint64_t alone)
{
    size_t count = 0;
    for (size_t i = 0; i < steps; i++) {
        bool is_alone = gml_pace_alone(pace);
        count += is_alone;
        gml_pace_count(pace, gml_pace_timed(pace) ? (is_alone ? alone : together) : 0);
    }
    return count;
}

TEST(steps_that_are_faster_together_stay_so_and_trials_grow_rare)
{
    gml_pace pace = {0};
    ck_assert_uint_le(run(&pace, 1000, 100, 150), 60);
    run(&pace, 2000, 100, 150);
    ck_assert_uint_le(run(&pace, 100000, 100, 150), 100000 / 200);
}

TEST(steps_that_are_faster_alone_are_so_from_the_first_trial_on)
{
    gml_pace pace = {0};
    run(&pace, 40, 150, 100);
    ck_assert_uint_ge(run(&pace, 1000, 150, 100), 940);
    run(&pace, 2000, 150, 100);
    ck_assert_uint_ge(run(&pace, 100000, 150, 100), 100000 - 100000 / 200);
}

TEST(the_answer_changes_with_the_machine)
{
    gml_pace pace = {0};
    run(&pace, 20000, 100, 150);
    run(&pace, 1100, 150, 100);
    ck_assert_uint_ge(run(&pace, 1000, 150, 100), 900);
    run(&pace, 20000, 150, 100);
    run(&pace, 1100, 100, 150);
    ck_assert_uint_le(run(&pace, 1000, 100, 150), 100);
}

/* As where another program begins to use the processors. */
TEST(steps_that_are_suddenly_much_slower_are_tried_at_once)
{
    gml_pace pace = {0};
    run(&pace, 20000, 100, 150);
    run(&pace, 30, 3000, 150);
    ck_assert_uint_ge(run(&pace, 1000, 3000, 150), 900);
}

TEST(a_difference_within_noise_changes_nothing)
{
    gml_pace together = {0}, alone = {0};
    ck_assert_uint_le(run(&together, 10000, 100, 97), 200);
    run(&alone, 1000, 150, 100);
    ck_assert_uint_ge(run(&alone, 10000, 97, 100), 9800);
}

TEST(the_first_step_of_each_half_is_not_timed)
{
    gml_pace pace = {0};
    bool before = false;
    for (size_t i = 0; i < 10000; i++) {
        bool alone = gml_pace_alone(&pace), timed = gml_pace_timed(&pace);
        ck_assert_msg(!timed || alone == before, "step %zu is timed, and the one before was of the other kind", i);
        gml_pace_count(&pace, 100);
        before = alone;
    }
}

int main(void)
{
    return run_tests("pace", 60);
}
