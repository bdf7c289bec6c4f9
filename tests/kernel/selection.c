/* tests/kernel/selection.c - rows of samples found in sets of bits, one by one and in pieces. */
#include "kernel/data/selection.h"

#include <stdlib.h>

#include "harness.h"

enum { ROWS = 40000, PIECE = 300 };

static size_t rows[ROWS], count;
static uint64_t bits[ROWS / 64 + 1];
static size_t marks[ROWS / GML_SELECTION_MARK + 1];

/* Rows at random with a share of 1 / `rarity`, and a gap of thousands. */
static gml_selection select_rows(uint32_t rarity)
{
    uint32_t state = 1;
    count = 0;
    memset(bits, 0, sizeof bits);
    for (size_t row = 0; row < ROWS; row++) {
        state = state * 1664525u + 1013904223u;
        if ((state >> 16) % rarity == 0 && (row < 5000 || row >= 15000)) {
            gml_selection_add(bits, marks, count, row);
            rows[count++] = row;
        }
    }
    ck_assert_uint_le(gml_selection_words(ROWS), sizeof bits / sizeof *bits);
    return (gml_selection){.bits = bits, .marks = marks};
}

TEST(a_set_of_bits_has_the_rows_that_were_added)
{
    for (uint32_t rarity = 1; rarity < 100; rarity += 7) {
        const gml_selection selection = select_rows(rarity);
        for (size_t i = 0; i < count; i++) {
            ck_assert_uint_eq(gml_selection_row(&selection, i), rows[i]);
        }
    }
}

TEST(any_piece_has_the_rows_of_its_samples)
{
    size_t room[PIECE];
    for (uint32_t rarity = 1; rarity < 100; rarity += 7) {
        const gml_selection of_bits = select_rows(rarity), of_list = {.rows = rows}, all = {.rows = NULL};
        for (size_t first = 0; first < count; first += 37) {
            const size_t some = count - first < PIECE ? count - first : PIECE;
            ck_assert_ptr_eq(gml_selection_rows(&of_bits, first, some, room), room);
            ck_assert_mem_eq(room, rows + first, some * sizeof *room);
            ck_assert_ptr_eq(gml_selection_rows(&of_list, first, some, room), rows + first);
            ck_assert_ptr_null(gml_selection_rows(&all, first, some, room));
        }
    }
}

TEST(all_rows_are_samples_without_a_list_and_bits)
{
    const gml_selection all = {.rows = NULL}, of_bits = select_rows(2), of_list = {.rows = rows};
    ck_assert(gml_selects_all(&all) && !gml_selects_all(&of_bits) && !gml_selects_all(&of_list));
    ck_assert_uint_eq(gml_selection_row(&all, 7), 7);
}

int main(void)
{
    return run_tests("selection", 60);
}
