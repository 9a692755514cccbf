"""The interface for partners."""

from yigui.common.rooms import Mount, Room

ROOM = Room(
    "api",
    floor=11,
    mounts=(Mount("api/", "yigui.api.urls:api", asks_itself=True),),
    deeds={
        "api:accept": "经接口受理办件",
        "api:decide": "经接口处理办件环节",
        "api:correct": "经接口补正办件",
        "api:withdraw": "经接口撤回办件",
        "api:paper": "经接口上传材料",
        "api:message": "经接口发送部门消息",
        "api:payment_result": "经接口回传缴费结果",
        "api:receipts_in": "经接口上传到账",
        "api:receipt_file_in": "经接口上传到账文件",
        "api:records_in": "经接口报送部门数据",
        "api:results_in": "经接口上传发放结果",
        "api:document": "经接口下载办件结果",
    },
)
