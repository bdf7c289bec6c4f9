/* tune/space_reader.c - reading the text of a space: places in messages, blanks, where a part ends. */
#include "tune/space_reader.h"

#include <stdio.h>
#include <string.h>

const char *gml_space_place(gml_space_reader *in, size_t at)
{
    snprintf(in->where, sizeof in->where, "%s, character %zu", in->what, at + 1);
    return in->where;
}

gml_status gml_space_expected(gml_space_reader *in, size_t at, const char *expected)
{
    if (at >= in->end) {
        return gml_fail(in->context, GML_ERROR_ARGUMENT, "%s: expected %s, found the end", gml_space_place(in, at),
                        expected);
    }
    const size_t length = in->end - at < GML_SPACE_SHOWN ? in->end - at : GML_SPACE_SHOWN;
    return gml_fail(in->context, GML_ERROR_ARGUMENT, "%s: expected %s, found \"%.*s\"", gml_space_place(in, at),
                    expected, (int)length, in->text + at);
}

void gml_space_skip_blanks(gml_space_reader *in)
{
    while (in->at < in->end && strchr(GML_BLANKS, in->text[in->at]) != NULL) {
        in->at++;
    }
}

gml_part gml_space_trim(const gml_space_reader *in, size_t begin, size_t end)
{
    while (begin < end && strchr(GML_BLANKS, in->text[begin]) != NULL) {
        begin++;
    }
    while (end > begin && strchr(GML_BLANKS, in->text[end - 1]) != NULL) {
        end--;
    }
    return (gml_part){begin, end};
}

size_t gml_space_part_end(const gml_space_reader *in, size_t begin, char stop)
{
    size_t depth = 0, at = begin;
    while (at < in->end && (depth > 0 || in->text[at] != stop)) {
        depth += in->text[at] == '(' || in->text[at] == '{';
        depth -= (in->text[at] == ')' || in->text[at] == '}') && depth > 0;
        at++;
    }
    return at;
}
