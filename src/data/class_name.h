/* data/class_name.h - the name of a class: the text of its cell. */
#ifndef GML_DATA_CLASS_NAME_H
#define GML_DATA_CLASS_NAME_H

#include "base/text.h"

typedef enum gml_cell_kind {
    GML_CELL_MISSING, /* empty, or nan */
    GML_CELL_NUMBER,  /* a number below 2^53 in magnitude without leading zeros: as a class it goes by its value */
    GML_CELL_CODE,    /* any other finite number, as 007 or 9007199254740993: as a class it goes by its text */
    GML_CELL_WORD     /* any other text, infinities included: as a class it goes by its text */
} gml_cell_kind;

/* What a cell holds. `number` is its value, where it is a number or a code. */
gml_cell_kind gml_cell_read(const char *text, size_t length, double *number);

/* Writes the name of the class of a GML_CELL_NUMBER: whole numbers in digits, others in the shortest form that reads
 * back as the same double. Cells of equal value have one name: 1, 1.0, +1 and 1e0 are "1", 0 and -0 are "0". */
void gml_class_name(double number, char name[GML_NUMBER_SIZE]);

#endif
