/* tune/distribution.h - the table of distributions. */
#ifndef GML_TUNE_DISTRIBUTION_H
#define GML_TUNE_DISTRIBUTION_H

#include "tune/space.h"

/* Returns the row with this name; null if there is none. */
const gml_entry *gml_distribution_find(const char *name, size_t length);

/* True for a distribution of numbers between two; false for choices. */
bool gml_distribution_is_range(const gml_entry *distribution);

/* Returns why the range of an item is none for its distribution; null: it is one. */
const char *gml_distribution_refusal(const gml_space_item *item);

/* Returns the number of an item's range at u, from 0 to 1: rounded to three significant digits, or to a whole number.
 */
double gml_distribution_number(const gml_space_item *item, double u);

#endif
