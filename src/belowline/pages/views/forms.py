def token_missing(request, reason=""):
    raise NotImplementedError
