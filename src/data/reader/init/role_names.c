#include "data/reader/init/role_names.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum { LONGEST = 64, EXACT = 10, NEAR = 6 };

/* Words with blanks between them; names are compared without their marks and in lower case. exact:
 * the whole name; part: somewhere in it; not: unless one of these is in it, too. */
static const struct role_words {
    const char *exact, *part, *not ;
} words[ROLE_COUNT] = {
    [ROLE_USER] =
        {"clientnumber clientnr customernr nrkarty nrcliente numerotarjeta codigotarjeta "
         "tarjetacliente numcarte cartefidelite klientid klientnr user userid customer customerid "
         "customerno customernumber customercode customerkey "
         "custid "
         "custcode custno cust client clientid household householdid householdkey hhid hhkey "
         "hshdnum "
         "hshd card cardid cardno cardnumber loyaltycard loyaltyid loyaltynumber member memberid "
         "membernumber memberno visitor visitorid shopper shopperid buyer buyerid account "
         "accountid "
         "accountnumber panelist panelistid panid personid person uid kunde kundennr kundennummer "
         "kundenid "
         "kundeid karte kartennummer kartennr kundenkarte mitglied cliente idcliente codigocliente "
         "clienteid tarjeta codcliente membre idclient codeclient carte numcarte tessera carta "
         "idtessera klant klantid klantnummer kaart klient idklienta karta customeruniqueid "
         "consumerid "
         "sessionuserid",
         "customer household loyalty member client cliente kunde shopper visitor buyer cardnum "
         "cardid "
         "karte klant panelist",
         "age gender name city country postal zip income size status desc segment points type "
         "group "
         "since date birth product email phone region state price value amount channel"},
    [ROLE_ITEM] =
        {"codigoarticulo codarticulo idarticulo refarticulo codearticle refarticle codicearticolo "
         "codarticolo codproducto idproduto codigoproduto kodproduktu idproduktu indeks "
         "artikelcode artikelcd itemsku prodno item itemid itemno itemnumber itemcode itemkey "
         "itemnbr product productid productno "
         "productcode "
         "productnum productnumber productkey prodid prodcode sku skuid skucode skuno article "
         "articleid "
         "articleno articlecode articlenumber upc upcid ean ean13 gtin gtin13 plu barcode "
         "stockcode matnr "
         "material materialno materialnumber goodsid goods artikel artikelid artikelnr "
         "artikelnummer "
         "artnr produkt produktid produktnr ware warennr producto idproducto codigoproducto "
         "codproducto "
         "articulo codigo produit idproduit codeproduit refproduit prodotto codiceprodotto "
         "articolo "
         "produto codproduto product_id asin isbn movieid itemdescription materialnummer towar",
         "product item article articulo articolo artikel sku upc barcode stockcode goods produkt "
         "producto produto produit "
         "prodotto material",
         "quantity qty desc name categ class type group price size level count amount brand "
         "segment "
         "dept department family color weight measure cart line position number_of sum total"},
    [ROLE_BASKET] =
        {"cupom cupomfiscal idcupom cupon boleta comprobante numticket numeroticket idticket "
         "nrparagonu kassabon bonid numscontrino scontrinoid codventa idventa ventaid salesid "
         "salesorder tillreceipt basket basketid basketnum basketno basketkey transaction "
         "transactionid transactionno "
         "transactionnumber transactionkey transid tranid trxid txnid txid invoice invoiceid "
         "invoiceno "
         "invoicenumber receipt receiptid receiptno receiptnumber ticket ticketid ticketno "
         "ticketnumber "
         "order orderid orderno ordernumber bon bonid bonnr bonnummer kassenbon kassenbonnr beleg "
         "belegnr belegnummer belegid rechnung rechnungsnr rechnungsnummer factura nofactura "
         "numerofactura recibo scontrino nota notafiscal pedido idpedido commande numticket "
         "docnumber documentno document session sessionid usersession visitid slip check checkid "
         "checknumber paragon billno bill billid saleid cartid",
         "basket transaction invoice receipt ticket kassenbon beleg bonnr orderid ordernum",
         "time date amount value price sum total type status hour dow day item product number_of "
         "tax "
         "points method desc"},
    [ROLE_STORE] =
        {"idloja codigoloja idsucursal codtienda codigotienda idpuntovendita nrsklepu winkelid "
         "storenm shopnumber store storeid storeno storenumber storecode storekey stornum storer "
         "storenbr shop shopid "
         "shopno shopcode "
         "outlet outletid branch branchid branchcode location locationid market marketid werk "
         "werks "
         "filiale filialnr filialid markt marktnr marktid tienda idtienda sucursal magasin "
         "idmagasin codemagasin negozio puntovendita loja codloja winkel filiaal sklep "
         "saleschannelid "
         "salesorg site siteid pos chain",
         "store shop outlet branch filial magasin tienda",
         "date time name region city desc size type price sum item product brand"},
    [ROLE_DAY] =
        {"datavenda datacompra datahora fechahora fechaticket datescontrino datascontrino salesday "
         "tagesdatum transaktionsdatum dataparagonu datumverkauf dateheure txndate txntime "
         "txntimestamp day date time datetime timestamp ts tdat transactiondate transactiontime "
         "transactiondatetime "
         "transactiondt transactiontimestamp transdate trandate invoicedate orderdate ordertime "
         "orderdatetime purchasedate purchasetime purchasetimestamp purchase saledate saletime "
         "salesdate soldat soldon shopdate "
         "createdat created eventtime eventtimestamp eventdate datum tag buchungsdatum budat fkdat "
         "erdat kaufdatum verkaufsdatum belegdatum bondatum fecha fechaventa fechacompra "
         "dateachat datevente datecommande data datavendita datacompra dataora zeit "
         "zeitpunkt zeitstempel receiptdate ticketdate visitdate orderpurchasetimestamp moment "
         "daynumber businessdate",
         "date datum timestamp datetime fecha time day",
         "birth expire expiry updated modified since until delivered delivery shipping shipped "
         "issue "
         "redeem register joined first last days spent hour dow weekday prior"},
    [ROLE_WEEK] =
        {"week weekno weeknum weeknumber weekid shopweek weekkey kw woche kalenderwoche semana "
         "semaine settimana calendarweek fiscalweek iriweek",
         "weekno weeknum", "day date end"},
    [ROLE_QUANTITY] =
        {"qtde qtdade quantidadevendida pecas pzas cantidadvendida stueckzahl itemqty unitqty "
         "numunits nbunites ilość aantalstuks quantity qty quant units unit unitssold unitsales "
         "pieces pcs count itemcount number "
         "numberofitems "
         "productquantity purchasequantity orderqty salesqty soldqty quantitysold menge anzahl "
         "stck stück stückzahl stueckzahl stueck stk absatz cantidad unidades cant "
         "quantite quantité qte nombre quantita quantità pezzi qta quantidade qtd aantal ilosc "
         "volume amt",
         "quantity qty menge anzahl cantidad units pieces stück",
         "price value per unitprice sum total"},
    [ROLE_VALUE] =
        {"valorvenda vendas vltotal importetotal preciototal prixtotal totalttc netsalesamount "
         "grossamt netamt salesamt lineitemtotal omzet kwota value salesvalue amount netamount "
         "grossamount lineamount saleamount salesamount "
         "totalamount "
         "purchaseamount sales netsales grosssales dollarsales saleprice salesprice revenue "
         "turnover spend total linetotal "
         "lineprice extendedprice totalprice netvalue grossvalue paid amountpaid netwr umsatz "
         "betrag wert nettowert bruttobetrag "
         "nettobetrag gesamtpreis zeilenbetrag importe monto ventas totallinea montant "
         "montantttc montantht ca total_ttc valore prezzototale importo valor valortotal bedrag "
         "wartosc sum trnsumfromiss itemtotal payment",
         "amount sales value revenue turnover spend umsatz betrag importe montant total sum paid",
         "quantity qty disc coupon tax vat points count id date time unit purchasesum desc code "
         "type"},
    [ROLE_PRICE] =
        {"precounit preciounit vlunitario valorunitario unitprc unitpr cenajednostkowa stkpreis "
         "unitprice priceperunit itemprice price singleprice unitcost unitvalue listprice "
         "productprice "
         "einzelpreis stückpreis stueckpreis preis precio preciounitario prix prixunitaire prezzo "
         "prezzounitario preco precounitario prijs cena",
         "unitprice price preis precio prix prezzo", "total sales sum line type code"},
    [ROLE_DISCOUNT] = {"discount discountamount disc retaildisc coupondisc couponmatchdisc rabatt "
                       "nachlass descuento "
                       "remise sconto desconto korting coupon markdown promodiscount",
                       "disc rabatt remise descuento sconto",
                       "price desc percent pct display code id product"},
    [ROLE_EVENT] = {"event eventtype action actiontype behavior behaviortype behaviour interaction "
                    "interactiontype type activity",
                    "event behavior action", "time date id"},
    [ROLE_LABEL] =
        {"description desc name productname productdescription itemname itemdescription itemdesc "
         "prodname articlename articledescription title label designation bezeichnung "
         "artikelbezeichnung "
         "artikelname beschreibung descripcion nombre nom libelle denominazione descrizione nome "
         "subcommoditydesc "
         "producttype currsizeofproduct",
         "description bezeichnung productname itemname prodname descripcion libelle subcommodity",
         "categ group department index colour color graphical section aisle id code class"},
    [ROLE_DEPARTMENT] =
        {"department departmentname dept deptname division indexgroupname level1 abteilung "
         "sparte bereich rayon reparto departamento section sectionname segmentid",
         "department division abteilung", "id no number code"},
    [ROLE_CATEGORY] =
        {"category categoryname categorycode productcategory productcategoryname commodity "
         "commoditydesc productgroup "
         "producttypename warengruppe kategorie categoria categorie aisle subcategory level2 "
         "subclass productsubclass class classname family famille familia itemcategory "
         "maincategory",
         "category commodity warengruppe categor subclass", "id sub code no"},
    [ROLE_DISPLAY] = {"display displaydesc displaylocation ondisplay instoredisplay", "display",
                      "id"},
    [ROLE_MAILER] = {"mailer featuredesc feature mailerlocation leaflet flyer onfeature prospekt "
                     "handzettel folder",
                     "mailer feature leaflet flyer", "id"},
};

/* Letters and digits alone, in lower case; what is no ASCII stays. */
static void normalise(char out[LONGEST], const char *name)
{
    size_t n = 0;
    for (const char *p = name; *p && n + 1 < LONGEST; p++) {
        char c = *p >= 'A' && *p <= 'Z' ? (char)(*p | 0x20) : *p;
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80)
            out[n++] = c;
    }
    out[n] = '\0';
}

static bool next_word(char out[LONGEST], const char **list)
{
    *list += strspn(*list, " ");
    size_t n = strcspn(*list, " ");
    if (n == 0)
        return false;
    memcpy(out, *list, n < LONGEST ? n : LONGEST - 1);
    out[n < LONGEST ? n : LONGEST - 1] = '\0';
    *list += n;
    return true;
}

static bool has_part(const char *name, const char *list)
{
    char word[LONGEST];
    while (next_word(word, &list))
        if (strstr(name, word))
            return true;
    return false;
}

int role_name_score(column_role role, const char *name)
{
    char plain[LONGEST], word[LONGEST];
    normalise(plain, name);
    for (const char *list = words[role].exact; next_word(word, &list);)
        if (strcmp(plain, word) == 0)
            return EXACT;
    return has_part(plain, words[role].part) && !has_part(plain, words[role].not ) ? NEAR : 0;
}
