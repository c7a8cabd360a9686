"""The addresses below /_account/. The names are allauth's: its flows lead from one to the next by them."""

from django.urls import path

from belowline.pages.views.account import entrance, ignored, mails, mine, profile, providers, security, sessions
from belowline.pages.views.account.again import again_by_mail, asked_by_mail
from belowline.pages.views.account.frame import READ, has_mail, has_passkeys, members_only, only_with, page

by_mail = only_with(has_mail)
by_passkey = only_with(has_passkeys)

urlpatterns = [
    path("comments", members_only(mine.comments, READ), name="my-comments"),
    path("decisions", members_only(mine.decisions, READ), name="my-decisions"),
    path("votes", members_only(mine.votes, READ), name="my-votes"),
    path("ignored", members_only(ignored.ignored), name="my-ignored"),
    path("profile", members_only(profile.profile), name="my-profile"),
    path("name", members_only(mine.name), name="my-name"),
    path("export", members_only(asked_by_mail(mine.export)), name="my-export"),
    path("delete", members_only(asked_by_mail(mine.delete)), name="my-end"),
    path("sign-in", page(entrance.SignIn), name="account_login"),
    path("sign-up", page(entrance.SignUp), name="account_signup"),
    path("sign-up/passkey", page(by_mail(by_passkey(entrance.SignUpByPasskey))), name="account_signup_by_passkey"),
    path("sign-out", page(entrance.sign_out), name="account_logout"),
    path("closed", page(entrance.inactive, READ), name="account_inactive"),
    path("code", page(by_mail(entrance.AskForCode)), name="account_request_login_code"),
    path("code/enter", page(entrance.SignInByCode), name="account_confirm_login_code"),
    path("prove", page(entrance.ProveEmail), name="account_email_verification_sent"),
    path("reset", page(by_mail(entrance.AskForReset)), name="account_reset_password"),
    path("reset/enter", page(entrance.ResetByCode), name="account_confirm_password_reset_code"),
    path("reset/password", page(entrance.ResetPassword), name="account_complete_password_reset"),
    path("reset/done", page(entrance.reset_done, READ), name="account_password_reset_completed"),
    path("second", page(entrance.SecondFactor), name="mfa_authenticate"),
    path("passkey", page(by_passkey(entrance.PasskeySignIn)), name="mfa_login_webauthn"),
    path("passkey/first", page(entrance.PasskeySignUp), name="mfa_signup_webauthn"),
    path("with/sign-up", page(providers.SignUp), name="socialaccount_signup"),
    path("with/cancelled", page(providers.cancelled, READ), name="socialaccount_login_cancelled"),
    path("with/failed", page(providers.failed, READ), name="socialaccount_login_error"),
    path("with/mine", members_only(providers.mine), name="socialaccount_connections"),
    path("again", members_only(security.AgainByPassword), name="account_reauthenticate"),
    path("again/mail", members_only(again_by_mail), name="again_by_mail"),
    path("again/code", members_only(security.AgainByCode), name="mfa_reauthenticate"),
    path("again/passkey", members_only(by_passkey(security.AgainByPasskey)), name="mfa_reauthenticate_webauthn"),
    path("mail", members_only(by_mail(mails.reaching_me)), name="my-mail"),
    path("email", members_only(asked_by_mail(security.ChangeEmail)), name="account_email"),
    path("password", members_only(security.ChangePassword), name="account_change_password"),
    path("password/first", members_only(asked_by_mail(security.FirstPassword)), name="account_set_password"),
    path("security", members_only(security.overview, READ), name="mfa_index"),
    path("security/app", members_only(asked_by_mail(security.AddApp)), name="mfa_activate_totp"),
    path("security/app/off", members_only(security.RemoveApp), name="mfa_deactivate_totp"),
    path("security/codes", members_only(security.RecoveryCodes, READ), name="mfa_view_recovery_codes"),
    path("security/codes/new", members_only(security.NewRecoveryCodes), name="mfa_generate_recovery_codes"),
    path(
        "security/passkeys/add", members_only(by_passkey(asked_by_mail(security.AddPasskey))), name="mfa_add_webauthn"
    ),
    path("security/passkeys/<id:pk>/name", members_only(security.NamePasskey), name="mfa_edit_webauthn"),
    path("security/passkeys/<id:pk>/remove", members_only(security.RemovePasskey), name="mfa_remove_webauthn"),
    path("sessions", members_only(sessions.listed), name="sessions"),
]
