from tests.pages.conftest import served

__all__ = ["served"]
