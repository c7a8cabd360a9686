from belowline.newsroom.models.files import Picture, PictureRendition, SiteDocument

__all__ = ["Picture", "PictureRendition", "SiteDocument"]
