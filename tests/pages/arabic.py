"""Enough Arabic to look at the pages from right to left. The real catalogue is made elsewhere."""

from __future__ import annotations

from gettext import NullTranslations

WORDS = {
    "To the content": "إلى المحتوى",
    "Demo": "عرض تجريبي",
    "This is a demo. Look at it as:": "هذا عرض تجريبي. شاهده بصفتك:",
    "Sign in": "تسجيل الدخول",
    "Topics": "الأقسام",
    "Discussions": "النقاشات",
    "Discussion": "نقاش",
    "This page sets no cookie to be read, and asks nobody but us.": "لا تضع هذه الصفحة ملف تعريف لتُقرأ، ولا تتصل بأحد سوانا.",
    "Published": "نُشر",
    "Updated": "حُدّث",
    "Picture: %(who)s": "الصورة: %(who)s",
    "Click to see full-size image": "اضغط لرؤية الصورة بحجمها الكامل",
    "Corrections and updates": "تصحيحات وتحديثات",
    "Share": "شارك",
    "Report an error": "أبلغ عن خطأ",
    "More on this topic": "المزيد حول هذا الموضوع",
    "Below the line": "تحت الخط",
    "Top stories": "أهم الأخبار",
    "Order": "الترتيب",
    "View": "العرض",
    "On a page": "في الصفحة",
    "Options and help": "خيارات ومساعدة",
    "latest by <bdi>%(name)s</bdi>,": "آخرها من <bdi>%(name)s</bdi>،",
    "Write a comment": "اكتب تعليقًا",
    "View all comments": "كل التعليقات",
    "Check for new comments": "هل من تعليقات جديدة؟",
    "More comments": "المزيد من التعليقات",
    "Follow this discussion as a feed": "تابع هذا النقاش",
    "Read the article": "اقرأ المقال",
    "Helpful": "مفيد",
    "Not helpful": "غير مفيد",
    "Reply": "ردّ",
    "Report": "أبلغ",
    "Start of branch": "بداية الفرع",
    "Next at this level": "التالي في هذا المستوى",
    "Continue this thread": "تابع هذا الفرع",
    "Deleted by the author.": "حذفه كاتبه.",
    "Removed by the moderators.": "أزاله المشرفون.",
    "edited": "عُدّل",
    "edited after a reply": "عُدّل بعد ردّ",
    "Pinned by the newsroom": "ثبّته التحرير",
    "Counts not shown yet": "لم يُعرض العدد بعد",
    "%(n)s counted less": "%(n)s بوزن أقل",
    "Long comment: show all of it": "تعليق طويل: اعرضه كاملًا",
    ", level %(level)s,": "، المستوى %(level)s،",
    ", level %(level)s, reply to %(name)s,": "، المستوى %(level)s، ردّ على %(name)s،",
    "Your comment": "تعليقك",
    "Your name": "اسمك",
    "Your e-mail address": "بريدك الإلكتروني",
    "Post the reply": "انشر الردّ",
    "Preview": "معاينة",
    "Cancel": "إلغاء",
    "Password": "كلمة المرور",
    "E-mail address": "البريد الإلكتروني",
    "There is nothing at this address": "لا شيء في هذا العنوان",
    "To the front page": "إلى الصفحة الأولى",
}
PLURALS = {
    "%(n)s comment": "%(n)s تعليق",
    "%(n)s reply": "%(n)s ردّ",
}


class Arabic(NullTranslations):
    def gettext(self, message: str) -> str:
        return WORDS.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return PLURALS.get(msgid1, msgid1 if n == 1 else msgid2)
