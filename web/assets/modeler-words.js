// What the modeler says, in Vietnamese. What is not here stays in English.
import { language, said } from "./said.js";
import panel from "./modeler-panel-words.json";

const vietnamese = {
  "Activate hand tool": "Kéo để di chuyển khung nhìn", "Activate lasso tool": "Chọn nhiều phần tử", "Activate create/remove space tool": "Thêm hoặc bớt khoảng trống",
  "Activate global connect tool": "Nối hai phần tử", "Create start event": "Tạo sự kiện bắt đầu", "Create intermediate/boundary event": "Tạo sự kiện trung gian hoặc biên",
  "Create end event": "Tạo sự kiện kết thúc", "Create gateway": "Tạo cổng", "Create task": "Tạo tác vụ", "Create expanded sub-process": "Tạo tiến trình con",
  "Create data object reference": "Tạo đối tượng dữ liệu", "Create data store reference": "Tạo kho dữ liệu", "Create pool/participant": "Tạo bể", "Create group": "Tạo nhóm",
  "Append task": "Thêm tác vụ tiếp theo", "Append gateway": "Thêm cổng tiếp theo", "Append end event": "Thêm kết thúc", "Append intermediate/boundary event": "Thêm sự kiện tiếp theo",
  "Append {type}": "Thêm {type} tiếp theo", "Append compensation activity": "Thêm hoạt động bù trừ", "Append receive task": "Thêm tác vụ nhận",
  "Append message intermediate catch event": "Thêm sự kiện chờ thông điệp", "Append timer intermediate catch event": "Thêm sự kiện hẹn giờ", "Append conditional intermediate catch event": "Thêm sự kiện điều kiện",
  "Append signal intermediate catch event": "Thêm sự kiện chờ tín hiệu", "Connect to other element": "Nối tới phần tử khác", "Connect using sequence/message flow or association": "Nối bằng luồng hoặc liên kết",
  "Connect using association": "Nối bằng liên kết", "Connect using data input association": "Nối bằng liên kết dữ liệu vào", "Change element": "Đổi loại phần tử", "Change type": "Đổi loại",
  "Add text annotation": "Thêm chú thích", "Delete": "Xóa", "Remove": "Xóa", "Set color": "Đặt màu", "Search in diagram": "Tìm trên sơ đồ", "No matching elements": "Không có phần tử phù hợp",
  "Task": "Tác vụ", "User task": "Tác vụ của người dùng", "Manual task": "Tác vụ thủ công", "Service task": "Tác vụ dịch vụ", "Send task": "Tác vụ gửi", "Receive task": "Tác vụ nhận",
  "Script task": "Tác vụ tính toán", "Business rule task": "Tác vụ quyết định", "Call activity": "Gọi quy trình khác", "Sub-process (collapsed)": "Tiến trình con (thu gọn)", "Sub-process (expanded)": "Tiến trình con (mở)",
  "Sub-process": "Tiến trình con", "Transaction": "Giao dịch", "Event sub-process": "Tiến trình con sự kiện", "Ad-hoc sub-process": "Tiến trình con tùy ý", "Exclusive gateway": "Cổng loại trừ", "Parallel gateway": "Cổng song song",
  "Inclusive gateway": "Cổng bao gồm", "Complex gateway": "Cổng phức hợp", "Event-based gateway": "Cổng sự kiện", "Start event": "Sự kiện bắt đầu", "End event": "Sự kiện kết thúc",
  "Intermediate throw event": "Sự kiện trung gian phát", "Message start event": "Bắt đầu bằng thông điệp", "Timer start event": "Bắt đầu theo giờ", "Conditional start event": "Bắt đầu theo điều kiện", "Signal start event": "Bắt đầu bằng tín hiệu",
  "Message intermediate catch event": "Chờ thông điệp", "Message intermediate throw event": "Phát thông điệp", "Timer intermediate catch event": "Chờ đến giờ", "Conditional intermediate catch event": "Chờ điều kiện",
  "Escalation intermediate throw event": "Phát báo vượt cấp", "Link intermediate catch event": "Nối tới đây", "Link intermediate throw event": "Nối đi", "Compensation intermediate throw event": "Phát bù trừ", "Signal intermediate catch event": "Chờ tín hiệu",
  "Signal intermediate throw event": "Phát tín hiệu", "Message end event": "Kết thúc, gửi thông điệp", "Escalation end event": "Kết thúc, báo vượt cấp", "Error end event": "Kết thúc vì lỗi", "Compensation end event": "Kết thúc, bù trừ",
  "Signal end event": "Kết thúc, phát tín hiệu", "Terminate end event": "Kết thúc toàn bộ", "Message boundary event": "Biên: thông điệp", "Timer boundary event": "Biên: hẹn giờ", "Escalation boundary event": "Biên: vượt cấp",
  "Conditional boundary event": "Biên: điều kiện", "Error boundary event": "Biên: lỗi", "Signal boundary event": "Biên: tín hiệu", "Compensation boundary event": "Biên: bù trừ", "Cancel boundary event": "Biên: hủy",
  "Message boundary event (non-interrupting)": "Biên: thông điệp (không ngắt)", "Timer boundary event (non-interrupting)": "Biên: hẹn giờ (không ngắt)", "Escalation boundary event (non-interrupting)": "Biên: vượt cấp (không ngắt)",
  "Conditional boundary event (non-interrupting)": "Biên: điều kiện (không ngắt)", "Signal boundary event (non-interrupting)": "Biên: tín hiệu (không ngắt)", "Sequence flow": "Luồng", "Default flow": "Luồng mặc định",
  "Conditional flow": "Luồng có điều kiện", "Parallel multi-instance": "Nhiều lượt song song", "Sequential multi-instance": "Nhiều lượt lần lượt", "Loop": "Lặp", "Collection": "Tập hợp", "Expanded pool/participant": "Bể mở",
  "Empty pool/participant": "Bể rỗng", "Add lane above": "Thêm làn phía trên", "Add lane below": "Thêm làn phía dưới", "Divide into two lanes": "Chia hai làn", "Divide into three lanes": "Chia ba làn", "Text annotation": "Chú thích",
  "Toggle non-interrupting": "Đổi ngắt hoặc không ngắt", "Data object reference": "Đối tượng dữ liệu", "Data store reference": "Kho dữ liệu", "Tasks": "Tác vụ", "Gateways": "Cổng", "Events": "Sự kiện", "Sub-processes": "Tiến trình con",
  "Participants": "Bể", "Data": "Dữ liệu", "Search": "Tìm", "Toggle minimap": "Mở hoặc đóng bản đồ nhỏ", "Open minimap": "Mở bản đồ nhỏ", "Close minimap": "Đóng bản đồ nhỏ", "Open {element}": "Mở {element}",
};
// The panel writes the kinds of elements in another case than the palette.
const small = Object.fromEntries(Object.entries(vietnamese).map(([text, words]) => [text.toLowerCase(), words]));
const known = { ...vietnamese, ...panel };
export const isSaid = (text) => text in known || text.toLowerCase() in small;
export const translated = (text, values) => said(known)(language === "en" || text in known ? text : (small[text.toLowerCase()] ?? text), values);
