/* cli/page/member.c - members of the lines of a log. */
#include "cli/page/member.h"

#include <math.h>

double member_number(const json_t *object, const char *name)
{
    const json_t *member = json_object_get(object, name);
    return json_is_number(member) ? json_number_value(member) : (double)NAN;
}

const char *member_text(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

const json_t *last_health(const json_t *lines)
{
    const size_t count = json_array_size(lines);
    return count > 0 ? json_array_get(lines, count - 1) : NULL;
}
