/* cli/report/cell.h - values of columns as people wrote them: levels of categories, dates. */
#ifndef GML_CLI_CELL_H
#define GML_CLI_CELL_H

#include "gemmule/gemmule.h"

enum { DATE_SIZE = 64 };

/* Writes days since 1970-01-01 as "2014-02-17", or with the time of the day; "" for a date that cannot be written. */
void date_text(double days, char text[DATE_SIZE]);

/* Returns the text of a value of a column that is no number: the name of its level, a date, "" for a missing cell,
 * "(unseen)" for a level that the network does not know. Null for numbers. `room` may hold the text. */
const char *cell_text(const gml_network *network, size_t column, double value, char room[DATE_SIZE]);

#endif
