/* kernel/data/domain.h - which targets a loss takes. */
#ifndef GML_KERNEL_DATA_DOMAIN_H
#define GML_KERNEL_DATA_DOMAIN_H

typedef enum gml_domain {
    GML_DOMAIN_UNSTATED, /* of no row */
    GML_DOMAIN_ANY,
    GML_DOMAIN_NOT_NEGATIVE, /* 0 and above */
    GML_DOMAIN_POSITIVE,     /* above 0 */
    GML_DOMAIN_UNIT,         /* from 0 to 1 */
    GML_DOMAIN_BINARY,       /* 0 or 1 */
    GML_DOMAIN_SHARES        /* from 0 to 1, and a row sums to 1 */
} gml_domain;

/* How far the sum of a row of shares may be from 1: three shares with two digits, 0.33 each, are shares. */
#define GML_SHARES_TOLERANCE 0.02

#endif
