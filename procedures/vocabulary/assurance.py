"""How surely the portal knows who a citizen is: the way in which they signed in."""

from __future__ import annotations

from collections.abc import Mapping

from procedures.vocabulary.words import Word

#: 1: somebody who reads the messages of a phone or a mailbox. 2: a person or firm that an electronic identity names.
CONTACT, IDENTITY = 1, 2
LEVELS: Mapping[int, Word] = {
    CONTACT: Word("mã gửi đến điện thoại hoặc thư điện tử", "a code sent to a phone or mailbox"),
    IDENTITY: Word("tài khoản định danh điện tử", "an electronic identity account"),
}

#: For whom a citizen hands in, and what the basis of it is called.
SELF, CHILD, PROXY, COMPANY = "self", "child", "proxy", "company"
ACTING: Mapping[str, Word] = {
    SELF: Word("Cho bản thân tôi", "For myself"),
    CHILD: Word("Cho con tôi, hoặc người tôi giám hộ", "For my child, or whose guardian I am"),
    PROXY: Word("Cho người khác, theo ủy quyền", "For somebody else, by proxy"),
    COMPANY: Word("Cho doanh nghiệp, tổ chức", "For a company or organisation"),
}
