/* cli/page/member.h - members of the lines of a log, which may lack any of them or have them with another type. */
#ifndef GML_CLI_PAGE_MEMBER_H
#define GML_CLI_PAGE_MEMBER_H

#include <jansson.h>

/* NaN if there is no such number. `object` may be null or no object, here and below. */
double member_number(const json_t *object, const char *name);

/* Null if there is no such text. */
const char *member_text(const json_t *object, const char *name);

/* The last epoch with a line of health; null if there is none. */
const json_t *last_health(const json_t *lines);

#endif
