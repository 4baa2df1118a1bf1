/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/list_words.h"

static const char *const PHRASES[LIST_PHRASE_COUNT][SIG_LANGUAGE_COUNT] = {
    [LIST_TITLE] = {"Your medicines", "Sus medicinas", "Vos médicaments"},
    [LIST_TAKE] = {"TAKE THESE", "TOME ESTAS", "À PRENDRE"},
    [LIST_HELD] = {"DO NOT TAKE THESE FOR NOW", "NO TOME ESTAS POR AHORA", "À NE PAS PRENDRE POUR LE MOMENT"},
    [LIST_STOPPED] = {"DO NOT TAKE THESE ANY MORE", "YA NO TOME ESTAS", "À NE PLUS PRENDRE"},
    [LIST_ASK] = {"ASK ABOUT THESE", "PREGUNTE POR ESTAS", "À VÉRIFIER"},
    [LIST_AS_WRITTEN] = {"As written: ", "Como está escrito: ", "Tel qu'écrit : "},
    [LIST_FOR] = {"For: ", "Para: ", "Pour : "},
    [LIST_NEW_ONE] = {"NEW", "NUEVA", "NOUVEAU"},
    [LIST_CHANGED_ONE] = {"CHANGED", "CAMBIÓ", "MODIFIÉ"},
    [LIST_AGAIN] = {"START AGAIN", "VUELVA A TOMARLA", "À REPRENDRE"},
    [LIST_UNTIL] = {"Until: ", "Hasta: ", "Jusqu'à : "},
    [LIST_SHOW] = {"Show this list to every doctor, nurse and pharmacist. Keep it with you.",
                      "Muestre esta lista a cada médico, enfermera y farmacéutico. Llévela siempre con usted.",
                      "Montrez cette liste à chaque médecin, infirmier et pharmacien. Gardez-la sur vous."},
};

const char *list_words(enum list_phrase phrase, enum sig_language language)
{
    return PHRASES[phrase][language];
}
