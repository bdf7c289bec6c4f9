/* cli/report/cell.c - values of columns as people wrote them. */
#include "cli/report/cell.h"

#include <math.h>
#include <stdio.h>
#include <time.h>

void date_text(double days, char text[DATE_SIZE])
{
    struct tm parts;
    const time_t seconds = (time_t)floor(days * 86400 + 0.5);
    if (gmtime_r(&seconds, &parts) == NULL) {
        text[0] = '\0';
        return;
    }
    char time[16] = "";
    if (days != floor(days)) {
        snprintf(time, sizeof time, "T%02u:%02u", (unsigned)parts.tm_hour % 100, (unsigned)parts.tm_min % 100);
    }
    snprintf(text, DATE_SIZE, "%04d-%02d-%02d%.8s", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, time);
}

const char *cell_text(const gml_network *network, size_t column, double value, char room[DATE_SIZE])
{
    const gml_column *kinds = gml_network_data_options(network).column_kinds;
    if (kinds == NULL || (kinds[column].kind == GML_COLUMN_NUMBER && !isnan(value))) {
        return NULL;
    }
    if (isnan(value)) {
        return "";
    }
    if (kinds[column].kind == GML_COLUMN_DATE) {
        date_text(value, room);
        return room;
    }
    return value >= 0 && value < (double)kinds[column].level_count ? kinds[column].levels[(size_t)value] : "(unseen)";
}
