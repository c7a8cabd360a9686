"""Words that only the newsroom may use in a name, by language.

ROLES are refused as any word of a name ("Moderator Bob"), WHOLE only as the whole name ("Root" is also a surname).
"""

from typing import Final

_ROLES = {
    "en": "admin admins administrator administrators administration moderator moderators moderation mod mods editor "
    "editors editorial newsroom newsdesk webmaster postmaster sysadmin sysop superuser staffmember",
    "de": "administratorin moderatorin moderatoren redaktion redakteur redakteurin chefredaktion chefredakteur "
    "herausgeber herausgeberin",
    "fr": "administrateur administratrice modérateur modératrice modération rédaction rédacteur rédactrice webmestre",
    "es": "administrador administradora moderador moderadora moderación redacción redactor redactora editora",
    "pt": "administração moderação redação redator redatora administradores moderadores",
    "it": "amministratore amministratrice amministrazione moderatore moderatrice moderazione redazione redattore "
    "redattrice",
    "nl": "beheerder beheerders beheer redactie redacteur hoofdredacteur hoofdredactie",
    "sv": "administratör moderatorer redaktör redaktörer redaktionen",
    "da": "redaktør redaktionen",
    "no": "redaktør redaksjon redaksjonen",
    "fi": "ylläpitäjä ylläpito moderaattori toimitus toimittaja päätoimittaja",
    "pl": "administratorka moderatorka redakcja redaktor redaktorka",
    "cs": "administrátor administrátorka moderátor moderátorka redakce redaktorka správce",
    "sk": "správca redakcia",
    "hu": "adminisztrátor moderátor szerkesztő szerkesztőség főszerkesztő",
    "ro": "moderatoare redacția redacție",
    "tr": "yönetici moderatör editör redaksiyon",
    "ru": "админ администратор администрация модератор модераторы модерация редакция редактор",
    "uk": "адмін адміністратор адміністрація модерація редакція редакторка",
    "be": "адміністратар мадэратар рэдакцыя рэдактар",
    "bg": "администратори модератори редакцията",
    "sr": "админ уредник уредништво urednik uredništvo moderator",
    "el": "διαχειριστής διαχειρίστρια συντονιστής συντονίστρια σύνταξη συντάκτης συντάκτρια",
    "ar": "مدير المدير المشرف المشرفون الإدارة ادارة محرر المحرر التحرير هيئةالتحرير",
    "fa": "مدیر مدیریت سردبیر تحریریه ویراستار",
    "he": "מנהל מנהלת המנהל הנהלה מנחה עורך עורכת המערכת",
    "ur": "ایڈمن منتظم مدیراعلی",
    "hi": "एडमिन व्यवस्थापक प्रशासक संपादक मॉडरेटर",
    "bn": "অ্যাডমিন প্রশাসক সম্পাদক মডারেটর",
    "zh": "管理员 管理員 版主 编辑 編輯 编辑部 編輯部 站长 站長 总编 總編",
    "ja": "管理人 管理者 モデレーター 編集者 編集部 編集長 運営 アドミン",
    "ko": "관리자 운영자 편집자 편집장 편집부 편집국 모더레이터 어드민",
    "vi": "quảntrịviên điềuhànhviên biêntậpviên tòasoạn banbiêntập",
    "id": "redaksi redaktur moderasi penyunting",
    "th": "ผู้ดูแล ผู้ดูแลระบบ แอดมิน บรรณาธิการ กองบรรณาธิการ",
}
_WHOLE = {
    "en": "belowline staff team crew system systems root support help helpdesk official security abuse noreply no- "
    "reply mailer-daemon press publisher owner founder service info contact assistant desk legal privacy "
    "sources",
    "de": "team anonym gast gelöscht entfernt unbekannt verlag system leser alle niemand kundendienst",
    "fr": "équipe anonyme invité supprimé inconnu système lecteur officiel",
    "es": "equipo anónimo invitado eliminado desconocido sistema lector oficial soporte",
    "pt": "equipe equipa anônimo anónimo convidado suporte excluído",
    "it": "squadra anonimo ospite sconosciuto sistema ufficiale supporto",
    "nl": "anoniem gast verwijderd onbekend systeem lezer",
    "sv": "gäst borttagen okänd",
    "pl": "zespół anonim gość usunięty system",
    "tr": "sistem anonim misafir ekip destek",
    "ru": "команда система поддержка аноним гость удалён официально служба",
    "uk": "команда підтримка анонім гість система",
    "el": "σύστημα ομάδα ανώνυμος επισκέπτης υποστήριξη",
    "ar": "مشرف النظام فريق مجهول زائر الدعم محذوف رسمي",
    "fa": "ناظر سیستم ناشناس مهمان پشتیبانی",
    "he": "מערכת צוות אנונימי אורח תמיכה",
    "hi": "सिस्टम अतिथि अनाम सहायता",
    "zh": "系统 系統 官方 匿名 游客 訪客 客服",
    "ja": "システム 公式 匿名 名無し ゲスト スタッフ",
    "ko": "시스템 공식 익명 손님 운영팀 스태프",
    "vi": "hệthống ẩndanh khách",
    "id": "sistem anonim tamu",
}
# Stand beside a role without making it a person: "the admin team", "official moderator".
_FILLERS = "the a our your chief head senior site forum official real team staff belowline"
FILLERS: Final = frozenset(_FILLERS.split())
# Reserved alone, but free with a number: "reader2024" passes for nobody.
_GENERIC = (
    "everyone nobody anonymous guest user reader deleted removed unknown null undefined none bot robot test me you"
)
GENERIC: Final = frozenset(_GENERIC.split())
ROLES: Final = frozenset(word for words in _ROLES.values() for word in words.split())
WHOLE: Final = frozenset(word for words in _WHOLE.values() for word in words.split()) | GENERIC
LANGUAGES: Final = frozenset(_ROLES) | frozenset(_WHOLE)
