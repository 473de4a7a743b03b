// What our own group of the panel says, in the language of the page.
import { language } from "./said.js";

export const SAID = {
  vi: {
    group: "Thủ tục", nothing: "Không có", flow: "Đường đi", citizenGroup: "Công dân", outcomes: "Lựa chọn khi hoàn thành", outcome: "Lựa chọn",
    role: "Người thực hiện", agency: "Ở cơ quan", agencyOwn: "Cơ quan giải quyết hồ sơ", agencyField: "Cơ quan chọn ở “{field}”", byExpression: "Theo biểu thức: {text}", assignee: "Đích danh", assigneeNone: "Ai có vai trò cũng nhận được", assigneeField: "Người chọn ở “{field}”",
    form: "Biểu mẫu", letter: "Giấy tờ lập ở bước này", status: "Trạng thái hồ sơ", on: "Khi nào", enter: "Khi đến bước này", complete: "Khi làm xong", pause: "Tạm dừng tính thời hạn", term: "Thời hạn của bước", unit: "Đơn vị", reminder: "Nhắc trước", escalate: "Quá hạn thì báo",
    result: "Kết quả gắn ở bước này", signature: "Ký số", finish: "Xong bước này là giải quyết xong hồ sơ", give: "Xong bước này là đã trả kết quả", extension: "Bước này gia hạn thời hạn giải quyết", back: "Trả lại được bước", decision: "Bảng quyết định", called: "Quy trình được gọi",
    step: "Tên bước cho công dân", stepEn: "Tên bước bằng tiếng Anh", action: "Công dân làm gì", citizenLabel: "Lời mời công dân", citizenLabelEn: "Lời mời bằng tiếng Anh", message: "Chờ thông điệp", silence: "Im lặng nghĩa là", receipt: "Vai trò nhận văn bản", document: "Việc với văn bản",
    service: "Dịch vụ được gọi", timer: "Đến hạn khi", timerAfter: "Sau một khoảng thời gian", timerSupplement: "Hết hạn bổ sung của hồ sơ", timerDay: "Hết ngày ghi ở “{field}”", timerAt: "Đến một ngày giờ", timerEvery: "Lặp lại đều đặn", timerOwn: "Theo biểu thức FEEL bên dưới", timerNumber: "Bao lâu", timerMoment: "Ngày giờ (ví dụ 31/12/2026 08:00)", timerMomentWrong: "Ghi như 31/12/2026 08:00.",
    timerUnits: { M: "Phút", H: "Giờ", D: "Ngày", W: "Tuần", N: "Tháng" },
    when: "Đi đường này khi", always: "Chọn…", rest: "Các trường hợp còn lại (mặc định)", own: "Theo điều kiện FEEL bên dưới", ofStep: "{label} (ở “{step}”)",
    label: "Lời trên nút", labelEn: "Lời bằng tiếng Anh", affirmative: "Chấp thuận: làm xong việc của bước", reason: "Phải ghi lý do", supplement: "Yêu cầu công dân bổ sung", tone: "Kiểu nút", tones: { primary: "Nổi bật", secondary: "Thường", warning: "Cảnh báo" }, wordsMissing: "Hãy ghi lời trên nút.",
    minutes: "{n} phút", hours: "{n} giờ", days: "{n} ngày", none: "Chọn một bước trên sơ đồ để xem và sửa.", simulate: "Xem dấu chạy trên sơ đồ", simulateEnd: "Đóng, trở về vẽ", simulateHint: "Bấm dấu chạy ở sự kiện bắt đầu để thả một dấu; bấm mũi tên ở cổng để đổi nhánh. Đây chỉ là hình động của sơ đồ: biểu mẫu, giấy tờ, thời hạn thì chơi thử ở mục Kịch bản.",
    simulateWrong: "Sơ đồ còn lỗi phải sửa, chưa xem dấu chạy được: {list}", fit: "Xem cả sơ đồ", whole: "Toàn màn hình", wholeEnd: "Thu nhỏ lại", simulateFailed: "Không mở được phần xem dấu chạy. Hãy tải lại trang rồi thử lại.",
  },
  en: {
    group: "Procedure", nothing: "None", flow: "Way", citizenGroup: "Citizen", outcomes: "Outcomes", outcome: "Outcome",
    role: "Done by", agency: "At the agency", agencyOwn: "The dossier's own agency", agencyField: "The agency picked in “{field}”", byExpression: "By an expression: {text}", assignee: "One person", assigneeNone: "Anybody of the role", assigneeField: "The one picked in “{field}”",
    form: "Form", letter: "Letter made here", status: "Status of the dossier", on: "When", enter: "As the step begins", complete: "As it is done", pause: "The legal term stands still", term: "Term of the step", unit: "Unit", reminder: "Reminder before", escalate: "When late, tell",
    result: "Result attached here", signature: "Signature", finish: "With this step the dossier is handled", give: "With this step the result is returned", extension: "This step extends the legal term", back: "May be handed back to", decision: "Decision table", called: "Called process",
    step: "Name for the citizen", stepEn: "Name in English", action: "What the citizen does", citizenLabel: "Invitation to the citizen", citizenLabelEn: "Invitation in English", message: "Waits for the message", silence: "Silence means", receipt: "Role of receipt", document: "What becomes of the document",
    service: "Service called", timer: "Due", timerAfter: "After some time", timerSupplement: "When the time to supplement is over", timerDay: "After the day in “{field}”", timerAt: "At a day and time", timerEvery: "Again and again", timerOwn: "By the FEEL expression below", timerNumber: "How long", timerMoment: "Day and time (such as 31/12/2026 08:00)", timerMomentWrong: "Write it as 31/12/2026 08:00.",
    timerUnits: { M: "Minutes", H: "Hours", D: "Days", W: "Weeks", N: "Months" },
    when: "Taken when", always: "Choose…", rest: "All other cases (default)", own: "By the FEEL condition below", ofStep: "{label} (at “{step}”)",
    label: "Words on the button", labelEn: "In English", affirmative: "Affirmative: the work of the step is done", reason: "A reason must be given", supplement: "Asks the citizen for more", tone: "Button", tones: { primary: "Prominent", secondary: "Plain", warning: "Warning" }, wordsMissing: "Give the words on the button.",
    minutes: "{n} minutes", hours: "{n} hours", days: "{n} days", none: "Select a step of the drawing.", simulate: "Watch tokens run on the drawing", simulateEnd: "Close, back to drawing", simulateHint: "Press the play sign at the start event to let a token go; press the arrow at a gateway to take another branch. This only animates the drawing: forms, letters and terms are played under Scenarios.",
    simulateWrong: "The drawing has errors to mend before tokens can run: {list}", fit: "Whole drawing", whole: "Full screen", wholeEnd: "Leave full screen", simulateFailed: "The animation could not be opened. Load the page again and retry.",
  },
}[language];
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
