"""What the bot says of following, publishing, missing answers and personal data; see ``texts``."""

from __future__ import annotations

from bot.answers.texts import N_

# Following
FOLLOW = N_("🔔 Suivre")
FOLLOWED = N_("🔕 Ne plus suivre")
FOLLOW_EVENT = N_("🔔 Suivre l’événement")
FOLLOWED_EVENT = N_("🔕 Ne plus suivre l’événement")
THE_EVENT = N_("Tout l’événement")
FOLLOW_WHAT = N_("Que voulez-vous suivre ? Je vous écrirai quand il y aura du nouveau.")
FOLLOW_BY_BUTTON = N_("Pour être prévenu de la suite, appuyez sur « Suivre » sous ce message.")
FOLLOW_BY_COMMAND = N_(
    "Pour être prévenu de la suite, envoyez /suivre et choisissez une mesure, une ville ou tout l’événement."
)
FOLLOW_WHICH = N_("Lequel de ces sujets voulez-vous suivre ?")
NO_TOPIC = N_("Je ne trouve pas ce sujet. Choisissez-en un ici, ou écrivez par exemple /suivre 13.")
NOW_FOLLOWED = N_("C’est noté : « {topic} » est suivi. /abonnements montre tout.")
ALREADY_FOLLOWED = N_("« {topic} » est déjà suivi. /abonnements montre tout.")
NO_LONGER_FOLLOWED = N_("« {topic} » n’est plus suivi.")
TOO_MANY_TOPICS = N_("Cela fait trop de sujets : suivez plutôt tout l’événement.")
SUBSCRIPTIONS = N_("<b>Abonnements</b>\nUn bouton met fin à l’abonnement qu’il nomme.")
NO_SUBSCRIPTIONS = N_("Aucun sujet n’est suivi. /suivre en propose.")
OTHER_TOPICS = N_("… et {count} autre sujet."), N_("… et {count} autres sujets.")
PAUSED_UNTIL = N_("⏸ En pause jusqu’au {date} à {hour} h {minute}.")
PAUSED = N_("⏸ En pause jusqu’à nouvel ordre.")
DROP = N_("✕ {topic}")
PAUSE_WEEK = N_("⏸ Pause d’une semaine")
PAUSE = N_("⏸ Pause")
RESUME = N_("▶ Reprendre")
WEEKLY_ON = N_("📰 Résumé hebdomadaire : oui")
WEEKLY_OFF = N_("📰 Résumé hebdomadaire : non")
STOPPED = (
    N_("C’est fini : {count} abonnement a pris fin, je n’enverrai plus rien de moi-même."),
    N_("C’est fini : {count} abonnements ont pris fin, je n’enverrai plus rien de moi-même."),
)
ADMINS_MANAGE = N_("Dans un groupe, seuls ses administrateurs gèrent les abonnements et les données.")

# Timeline
TIMELINE = N_("<b>Le suivi : {topic}</b>")
TIMELINE_WHICH = N_("De quelle mesure ? Écrivez par exemple /suivi 13.")
TIMELINE_EMPTY = N_("Rien n’a encore été publié sur ce sujet, et ma source n’y donne pas d’échéance.")
PLANNED = N_("📅 {text}")
PUBLISHED = N_("📣 {date} : {text}")
SOURCE_LINK = N_("Source : {url}")

# What is sent
NOTICE = N_("📣 <b>{topic}</b>")
NOTICE_DATE = N_("Date : {date}")
SEE_ENTRY = N_("Voir « {topic} »")
MY_SUBSCRIPTIONS = N_("Mes abonnements")

# Publishing
PUBLISH_HOW = N_(
    "Écrivez : /publier sujet texte https://source\n"
    "Le sujet est une mesure (mesure-13), une ville ou un groupe (nantes, groupe2), ou evenement."
)
PUBLISH_TOO_LONG = N_("Ce texte est trop long : {limit} caractères au plus.")
PREVIEW = (
    N_("<b>Aperçu</b>, {count} destinataire :"),
    N_("<b>Aperçu</b>, {count} destinataires :"),
)
CONFIRM_PUBLISH = N_("✅ Publier")
DISCARD = N_("Abandonner")
DISCARDED = N_("Abandonné : rien n’a été envoyé.")
DRAFT_GONE = N_("La commande a changé ou disparu depuis l’aperçu : relancez /publier.")
PROGRESS = N_("Envoyés : {sent} · Échecs : {failed} · Restants : {left}")
PROGRESS_UNDER_WAY = N_("<b>Envoi en cours</b>")
PROGRESS_DONE = N_("<b>Envoi terminé</b>")
PROGRESS_CANCELLED = N_("<b>Envoi annulé</b>")
CANCEL_DELIVERY = N_("Annuler l’envoi")
CANCELLED = (
    N_("Envoi annulé : {count} personne ne le recevra pas."),
    N_("Envoi annulé : {count} personnes ne le recevront pas."),
)
NOTHING_UNDER_WAY = N_("Aucun envoi n’est en cours.")
STATISTICS = N_(
    "<b>Abonnés :</b> {followers} ({paused} en pause), {subscriptions} abonnements\n"
    "<b>Résumé hebdomadaire :</b> {weekly}\n"
    "<b>Suivis publiés :</b> {published}\n"
    "<b>Envois en attente :</b> {pending}\n"
    "<b>Questions sans réponse :</b> {questions}, dont {awaited} attendues\n"
    "<b>Pouces :</b> {up} 👍 {down} 👎"
)

# The answer that was missing
TELL_ME = N_("🔔 Prévenez-moi")
WILL_TELL = N_("C’est noté : je vous écrirai si la réponse arrive.")
OPEN_FIRST = N_("Je ne peux pas encore vous écrire : ouvrez une conversation avec moi, puis réessayez.")
QUESTION_FORGOTTEN = N_("Cette question est trop ancienne : reposez-la.")
HERE_AT_LAST = N_("Vous aviez demandé : « {question} ». Voici la réponse.")

# Digests
REPORT = N_("<b>Le bilan de la semaine</b>")
REPORT_NEWS = N_("<b>Du nouveau</b>")
REPORT_ASKED = N_("<b>Le plus demandé</b>")
REPORT_UNANSWERED = N_("<b>Encore sans réponse</b>")
REPORT_LINE = N_("• {text}")
REPORT_COUNT = N_("• {text} ({count})")
REPORT_EMPTY = N_("Rien à signaler cette semaine.")

# Personal data
PRIVACY_NOTICE = N_(
    "<b>Vos données</b>\n\n"
    "Je garde le moins possible :\n"
    "• le numéro de cette discussion, avec les sujets qu’elle suit, ses réglages et ce que je lui ai "
    "envoyé (30 jours) ;\n"
    "• la dernière fiche vue (une demi-heure), le nombre de messages de la dernière minute (un jour), "
    "et quel message répond à quel autre (deux jours), sans leur texte ;\n"
    "• les questions restées sans réponse (180 jours), sans savoir qui les a posées, sauf si vous avez "
    "demandé à être prévenu ; celles d’un groupe, avec le numéro du groupe.\n\n"
    "Je ne garde ni votre nom, ni vos messages. Les journaux techniques ne contiennent ni texte, ni "
    "identité.\n\n"
    "/mesdonnees donne tout ce que je garde, /oublier l’efface aussitôt, /stop met fin aux abonnements."
)
DATA_CAPTION = N_("Tout ce que je garde de vous.")
DATA_IN_PRIVATE = N_("Écrivez-moi cela en privé : ce sont vos données.")
FORGET_SURE = N_("Effacer tout ce que je garde de cette discussion, abonnements compris ?")
FORGET_YES = N_("🗑 Tout effacer")
FORGET_NO = N_("Ne rien effacer")
FORGOTTEN = N_("C’est fait : je ne garde plus rien de cette discussion.")
NOT_FORGOTTEN = N_("Rien n’a été effacé.")

COMMANDS = {
    "suivre": N_("Suivre une mesure, une ville ou l’événement : /suivre 13"),
    "suivi": N_("Ce qu’est devenue une mesure : /suivi 13"),
    "abonnements": N_("Voir, mettre en pause ou arrêter les abonnements"),
    "bilan": N_("Le bilan de la semaine dans ce groupe"),
    "stop": N_("Mettre fin à tous les abonnements"),
    "confidentialite": N_("Ce que je garde, et combien de temps"),
    "mesdonnees": N_("Recevoir tout ce que je garde de vous"),
    "oublier": N_("Effacer tout ce que je garde de vous"),
}
IN_GROUPS = ("suivre", "suivi", "abonnements", "bilan", "stop")
ONLY_IN_GROUPS = ("bilan",)
