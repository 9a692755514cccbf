"""Addresses of the finance desk."""

from django.urls import path

from yigui.finance import batches, books, home, paying, receipt_lines, receipts, reconciliation, refunds

app_name = "finance"
urlpatterns = [
    path("", home.home, name="home"),
    path("batches/", batches.batches, name="batches"),
    path("batches/progress/", batches.progress, name="progress"),
    path("batches/<int:batch_id>/", batches.batch, name="batch"),
    path("batches/<int:batch_id>/differences/<slug:reason>/", batches.differences, name="differences"),
    path("batches/<int:batch_id>/files/<path:name>", batches.file, name="batch_file"),
    path("batches/planned/<int:planned_id>/dismiss/", batches.dismiss, name="dismiss"),
    path("results/", paying.results, name="results"),
    path("results/<int:file_id>/", paying.result_file, name="result_file"),
    path("results/lines/<int:waiting_id>/decide/", paying.decide_result, name="decide_result"),
    path("results/<int:file_id>/confirm/", paying.confirm, name="confirm_results"),
    path("certification/", paying.certification, name="certification"),
    path("batches/<int:batch_id>/<slug:verb>/", batches.decide, name="decide"),
    path("receipts/", receipts.receipts, name="receipts"),
    path("receipts/<int:file_id>/", receipts.file, name="file"),
    path("receipts/<int:file_id>/<int:receipt_id>/ticket/", receipts.ticket, name="ticket"),
    path("receipts/<int:file_id>/lines/", receipt_lines.lines, name="receipt_lines"),
    path("receipts/<int:file_id>/lines/export/", receipt_lines.export, name="receipt_lines_export"),
    path("receipts/<int:file_id>/lines/settle/", receipt_lines.settle, name="receipt_lines_settle"),
    path("receipts/<int:file_id>/lines/<int:line_id>/decide/", receipt_lines.decide, name="receipt_line_decide"),
    path("receipts/<int:file_id>/lines/<int:line_id>/reverse/", receipt_lines.reverse, name="receipt_line_reverse"),
    path("receipts/<int:file_id>/lines/<int:line_id>/returned/", receipt_lines.returned, name="receipt_line_returned"),
    path("tickets/<slug:number>.pdf", receipts.ticket_pdf, name="ticket_pdf"),
    path("tickets/<slug:number>/void/", receipts.void, name="void"),
    path("suspense/", receipts.suspense_list, name="suspense"),
    path("suspense/<int:receipt_id>/claim/", receipts.claim, name="claim"),
    path("suspense/claims/<int:claim_id>/undo/", receipts.undo, name="undo_claim"),
    path("bills/<int:number>/", receipts.bill, name="bill"),
    path("units/<str:unit_no>/bills/<int:period>/", receipts.unit_month, name="unit_bill"),
    path("units/<str:unit_no>/bills/<int:period>/bill.pdf", receipts.unit_month_pdf, name="unit_bill_pdf"),
    path("refunds/", refunds.refunds, name="refunds"),
    path("refunds/list/", refunds.refund_list, name="refund_list"),
    path("refunds/<int:refund_id>/payee/", refunds.refund_payee, name="refund_payee"),
    path("vouchers/", books.vouchers, name="vouchers"),
    path("vouchers/<int:voucher_id>/", books.voucher, name="voucher"),
    path("vouchers/<int:voucher_id>/reverse/", books.reverse, name="reverse"),
    path("ledger/", books.balances, name="balances"),
    path("ledger/<str:account>/", books.account, name="account"),
    path("reconciliation/", reconciliation.reconciliation, name="reconciliation"),
    path("settlement/", reconciliation.settlement, name="settlement"),
]
