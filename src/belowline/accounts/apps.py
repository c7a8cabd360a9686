from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "belowline.accounts"

    def ready(self) -> None:
        from belowline.accounts import receivers  # noqa: F401 - they register themselves
