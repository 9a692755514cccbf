"""The flow of a form: its drafts and lists are casework's. Its pages stand behind every door and are called the same there."""

from yigui.common.rooms import Room

ROOM = Room(
    "applying",
    floor=10,
    deeds={
        ":apply": "选择办理事项",
        ":start_draft": "开始申请",
        ":draft": "填写申请",
        ":draft_live": "填写申请",
        ":draft_materials": "提交申请材料",
        ":draft_form_paper": "打印业务申请表",
        ":draft_answers": "回答申请提示",
        ":draft_submit": "提交申请",
        ":draft_drop": "删除申请草稿",
        ":draft_list": "填写申请名单",
        ":draft_list_returned": "下载退回的名册行",
        ":list_upload": "上传批量名单",
        ":list": "查看批量名单",
        ":list_accept": "提交批量名单",
        ":list_papers": "补传名单材料",
        ":list_returned": "下载退回的名单行",
        ":list_template": "下载批量名单模板",
        ":base_list_template": "下载名单模板",
        ":cases": "查看本人或本单位办件",
        ":case": "查看办件",
        ":receipt": "下载受理回执",
        ":slip": "下载办件单",
        ":letter": "打印决定书、告知单",
        ":form_paper": "打印业务申请表",
        ":export": "下载办件",
        ":correct": "补正申请",
        ":withdraw": "撤回申请",
        ":rate": "评价办件",
        ":home": "打开首页",
    },
)
