from ninja import NinjaAPI
api = NinjaAPI(title="yigui")
