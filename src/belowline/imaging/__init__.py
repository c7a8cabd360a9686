"""What is done to the bytes of a picture, and where: in a child process that a hostile file may take down.

`child` decodes and draws, with Pillow and nothing of the site; `jobs` is the side that starts it and hears its answer.
No Django, no database, no words: refusals are codes.
"""
