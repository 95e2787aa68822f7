// bpmn-js in Chinese: the words of its palette, its menus and its pads.
const words: Record<string, string> = {
  "Activate hand tool": "移动画布", "Activate lasso tool": "框选", "Activate create/remove space tool": "腾出空间",
  "Activate global connect tool": "连线", "Create start event": "开始", "Create end event": "结束",
  "Create intermediate/boundary event": "中间/边界事件", "Create gateway": "网关", "Create task": "任务",
  "Create expanded sub-process": "子流程", "Create data object reference": "数据对象", "Create data store reference": "数据存储",
  "Create pool/participant": "泳池", "Create group": "分组", "Create element": "添加元素", "Append element": "接着添加元素",
  "Change element": "更换种类", "Change type": "更换种类", "Append task": "接一个任务", "Append gateway": "接一个网关",
  "Append end event": "接结束", "Append intermediate/boundary event": "接中间/边界事件", "Add text annotation": "加批注",
  "Connect to other element": "连到另一元素", "Connect using association": "用关联线连接", "Connect using sequence/message flow or association": "连线",
  Delete: "删除", "Remove": "删除", "Add lane above": "在上方加泳道", "Add lane below": "在下方加泳道",
  "Divide into two lanes": "分成两条泳道", "Divide into three lanes": "分成三条泳道", "Set color": "颜色", "Align elements": "对齐",
  Task: "任务", "User task": "人工任务", "Service task": "服务任务（调用动作）", "Business rule task": "决策表任务", "Manual task": "线下任务",
  "Send task": "发送任务", "Receive task": "接收任务", "Script task": "脚本任务（不会执行）", "Call activity": "调用流程",
  "Sub-process": "子流程", "Sub-process (collapsed)": "子流程（收起）", "Sub-process (expanded)": "子流程（展开）", "Event sub-process": "事件子流程",
  "Exclusive gateway": "排他网关（择一）", "Parallel gateway": "并行网关（全部）", "Inclusive gateway": "包容网关（择几）",
  "Complex gateway": "复杂网关（不能执行）", "Event-based gateway": "事件网关", "Start event": "开始", "End event": "结束",
  "Intermediate throw event": "中间事件", "Message start event": "消息开始", "Timer start event": "定时开始",
  "Timer boundary event": "时限（打断）", "Timer boundary event (non-interrupting)": "时限（不打断）",
  "Error boundary event": "出错边界", "Compensation boundary event": "补偿边界", "Message boundary event": "消息边界",
  "Message boundary event (non-interrupting)": "消息边界（不打断）", "Boundary event": "边界事件",
  "Timer intermediate catch event": "等到时限", "Message intermediate catch event": "等待消息", "Message intermediate throw event": "发出消息",
  "Compensation intermediate throw event": "触发补偿", "Error end event": "出错结束", "Terminate end event": "全部终止",
  "Message end event": "发消息并结束", "Compensation end event": "补偿并结束", "Sequence flow": "连线", "Default flow": "默认出口",
  "Conditional flow": "条件出口", "Parallel multi-instance": "并行多实例（会签）", "Sequential multi-instance": "依次多实例（会签）",
  "Participant multiplicity": "多个参与方", Loop: "循环", Compensation: "补偿处理", "Toggle non-interrupting": "打断/不打断", "Ad-hoc": "随意顺序",
  "Search in diagram": "在图中查找", "Open {element}": "打开{element}", Tools: "工具", Tasks: "任务", Gateways: "网关", Events: "事件",
  "Sub-processes": "子流程", Participants: "参与方", Data: "数据", "Empty pool/participant": "空泳池",
  "Expanded pool/participant": "泳池", "Empty pool/participant (removes content)": "空泳池（会删去内容）",
};

export const translation = {
  translate: ["value", (text: string, values: Record<string, string> = {}) =>
    (document.documentElement.lang.startsWith("zh") ? words[text] ?? text : text).replace(/{([^}]+)}/g, (_, key: string) => values[key] ?? key)],
};
