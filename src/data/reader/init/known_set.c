#include "data/reader/init/known_set.h"

#include <string.h>
#include <strings.h>

static const known_set sets[] = {
    {"UCI Online Retail", "InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID",
     "regexp_matches(StockCode, '^[0-9]{5}')",
     "stock codes of products have five digits; the others are postage, fees, corrections", NULL,
     "Quantity", NULL, NULL},
    {"UCI Online Retail II", "Invoice,StockCode,Quantity,InvoiceDate,Price,Customer ID",
     "regexp_matches(StockCode, '^[0-9]{5}')",
     "stock codes of products have five digits; the others are postage, fees, corrections", NULL,
     "Quantity", NULL, NULL},
    {"Ta-Feng", "TRANSACTION_DT,CUSTOMER_ID,PRODUCT_ID,AMOUNT,ASSET,SALES_PRICE", NULL, NULL,
     "SALES_PRICE", "AMOUNT", NULL, NULL},
    {"X5 Retail Hero",
     "client_id,transaction_id,transaction_datetime,product_id,product_quantity,trn_sum_from_iss",
     NULL, NULL, "trn_sum_from_iss", "product_quantity", NULL, NULL},
    {"dunnhumby Complete Journey", "household_key,BASKET_ID,PRODUCT_ID,QUANTITY,SALES_VALUE", NULL,
     NULL, "SALES_VALUE", "QUANTITY", NULL, NULL},
    {"dunnhumby Let's Get Sort-of-Real", "SHOP_DATE,CUST_CODE,PROD_CODE,BASKET_ID,SPEND", NULL,
     NULL, "SPEND", "QUANTITY", NULL, NULL},
    {"Acquire Valued Shoppers",
     "id,chain,dept,category,company,brand,date,purchasequantity,purchaseamount", NULL, NULL,
     "purchaseamount", "purchasequantity", "category,company,brand", "id"},
};

static bool has_column(const table_profile *t, const char *name, size_t length)
{
    for (size_t c = 0; c < t->n_columns; c++)
        if (strlen(t->columns[c].name) == length &&
            strncasecmp(t->columns[c].name, name, length) == 0)
            return true;
    return false;
}

static bool has_all(const table_profile *t, const char *columns)
{
    for (;;) {
        size_t n = strcspn(columns, ",");
        if (!has_column(t, columns, n))
            return false;
        if (!columns[n])
            return true;
        columns += n + 1;
    }
}

const known_set *known_set_of(const table_profile *t)
{
    for (size_t s = 0; s < sizeof sets / sizeof *sets; s++)
        if (has_all(t, sets[s].columns))
            return &sets[s];
    return NULL;
}
