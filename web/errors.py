"""Pages for what goes wrong: what happened, in plain words, and what one can do. Never a stack trace.
Under /api every error is application/problem+json (web.api.problems)."""

from __future__ import annotations

from typing import Any

from flask import Flask, g, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import (
    BadRequest,
    Conflict,
    Forbidden,
    HTTPException,
    InternalServerError,
    NotFound,
    ServiceUnavailable,
)

from engine.refusal import Refusal
from engine.store import Busy, Unavailable
from engine.worker import NO_ROOM
from procedures.files import Damaged
from procedures.rights import NotAllowed, Unseen
from web.account.typed import LEFT_OUT, carried, place_of_form
from web.api.problems import problem, problem_of
from web.i18n import language
from web.logs import log
from web.refusals import sentence, status_of

#: Status → heading and advice.
WORDS: dict[int, tuple[Any, Any]] = {
    400: (_l("Yêu cầu không đọc được"), _l("Quay lại trang trước, kiểm tra nội dung đã nhập rồi gửi lại.")),
    403: (
        _l("Bạn không có quyền mở trang này"),
        _l("Nếu công việc cần đến trang này, đề nghị quản trị hệ thống cấp thêm vai trò cho tài khoản."),
    ),
    404: (
        _l("Không tìm thấy trang"),
        _l("Địa chỉ có thể đã gõ sai hoặc nội dung không còn. Kiểm tra lại địa chỉ hoặc về trang chủ."),
    ),
    405: (_l("Trang này không nhận thao tác vừa gửi"), _l("Quay lại trang trước và thử lại từ đó.")),
    409: (_l("Dữ liệu vừa được người khác thay đổi"), _l("Mở lại trang để xem nội dung mới rồi làm lại thao tác.")),
    413: (_l("Tệp gửi lên quá lớn"), _l("Chọn tệp nhỏ hơn, hoặc chụp lại với độ phân giải thấp hơn rồi gửi lại.")),
    429: (_l("Bạn thao tác quá nhanh"), _l("Chờ ít phút rồi thử lại.")),
    500: (
        _l("Hệ thống gặp sự cố"),
        _l("Sự cố đã được ghi lại. Thử lại sau ít phút; nếu vẫn vậy, báo cho quản trị mã yêu cầu dưới đây."),
    ),
}
#: Seconds after which those whom we could not answer may ask again.
RETRY_AFTER = 5
AWAY = (
    _l("Hệ thống tạm thời chưa phục vụ được"),
    _l("Cơ sở dữ liệu đang khởi động lại hoặc đang bận. Chưa có gì bị mất: chờ ít giây rồi tải lại hoặc gửi lại."),
)
FULL = (
    _l("Kho tệp của hệ thống tạm hết chỗ"),
    _l("Tệp vừa gửi chưa được lưu. Báo cho quản trị hệ thống, rồi gửi lại sau ít phút."),
)
DAMAGED = _l("Tệp lưu trữ bị hỏng hoặc bị mất")
STALE = (
    _l("Trang đã mở quá lâu"),
    _l("Để bảo vệ bạn, trang chỉ dùng được trong một thời gian. Mở lại trang rồi gửi lại."),
)


def register(app: Flask) -> None:
    """Answer every error in the form the caller reads."""

    @app.errorhandler(CSRFError)
    def forged(error: CSRFError) -> Any:
        place = place_of_form()
        if place is None:
            return _page(error, STALE, texts=_written())
        if current_user.is_authenticated:
            return _page(error, STALE, place=place, carried=carried())
        page = render_template(
            "account/sign_in.html", values={}, errors={}, onward=place, carried=carried(), first_use=False
        )
        return page, error.code

    @app.errorhandler(HTTPException)
    def expected(error: HTTPException) -> Any:
        if request.path.startswith("/api/"):
            return problem_of(error)
        if error.response is not None:
            return error.response
        heading, advice = WORDS.get(error.code or 500) or WORDS[500 if (error.code or 500) >= 500 else 400]
        own = error.description if type(error) is BadRequest and error.description != BadRequest.description else None
        return _page(error, (heading, own or advice))

    @app.errorhandler(Refusal)
    def refused(refusal: Refusal) -> Any:
        """What the rooms below refuse says why, in a sentence for the person who asked."""
        if isinstance(refusal, Damaged):
            log.error("stored file damaged or gone", sha256=refusal.sha256)
        if request.path.startswith("/api/"):
            status = 500 if isinstance(refusal, Damaged) else status_of(refusal)
            return problem(status, refusal.vi if language() == "vi" else refusal.en)
        if isinstance(refusal, Damaged):
            return _page(InternalServerError(), (DAMAGED, _damaged(refusal)))
        if isinstance(refusal, Unseen):
            return _page(NotFound(), WORDS[404])
        if isinstance(refusal, NotAllowed):
            return _page(Forbidden(), (_l("Bạn không có quyền làm việc này"), sentence(refusal)))
        return _page(Conflict(), (_l("Chưa thực hiện được"), sentence(refusal)))

    @app.errorhandler(Unavailable)
    @app.errorhandler(Busy)
    def away(error: Exception) -> Any:
        """The database is not there, or its writers stand in a queue: said in one line, and tried again later."""
        g.away = isinstance(error, Unavailable)
        log.warning("database away" if g.away else "database busy", reason=str(error))
        return later(AWAY, "The database is not available now. Nothing is lost: try again.")

    @app.errorhandler(OSError)
    def no_room(error: OSError) -> Any:
        """The disk is full: whoever brought a file is told that it is not kept."""
        if error.errno not in NO_ROOM:
            return unexpected(error)
        log.error("no room on the disk", reason=str(error))
        return later(FULL, "There is no room for files now. Nothing is kept: try again.")

    def later(words: tuple[Any, Any], detail: str) -> Any:
        if request.path.startswith("/api/"):
            return problem(503, detail, headers={"Retry-After": str(RETRY_AFTER)})
        return _page(ServiceUnavailable(retry_after=RETRY_AFTER), words)

    @app.errorhandler(RecursionError)
    def too_deep(error: RecursionError) -> Any:
        """A body nested beyond what any call of ours takes."""
        return expected(BadRequest())

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Any:
        log.error("unexpected error", exc_info=error)
        if app.config.get("PROPAGATE_EXCEPTIONS"):
            raise error
        return expected(InternalServerError(original_exception=error))


def _damaged(refusal: Damaged) -> Any:
    """Whom to call: officials the administrator, citizens the agency."""
    code = refusal.sha256[:12]
    if current_user and current_user.is_authenticated:
        return _(
            "Hồ sơ không thay đổi, chỉ tệp này chưa mở được. Báo quản trị hệ thống mã tệp %(code)s để khôi phục từ bản "
            "sao lưu.",
            code=code,
        )
    return _(
        "Hồ sơ không thay đổi, chỉ tệp này chưa mở được. Báo cơ quan tiếp nhận hồ sơ mã tệp %(code)s để được cấp lại.",
        code=code,
    )


def _written() -> list[str]:
    """What somebody wrote by hand of what was posted: to be copied from the page that did not take it."""
    said = (text for name, text in request.form.items(multi=True) if name not in LEFT_OUT and "mat_khau" not in name)
    return [text for text in said if " " in text.strip()]


def _page(error: HTTPException, words: tuple[Any, Any] | None, **more: Any) -> Any:
    heading, advice = words or WORDS[500 if (error.code or 500) >= 500 else 400]
    page = render_template(
        "errors/error.html", heading=heading, advice=advice, code=error.code, request_id=g.get("request_id", ""), **more
    )
    headers = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    return page, error.code or 500, headers
