"""What the processes of the fault suite have in memory before they begin."""

import openpyxl
import openpyxl.chart
import xlwt

import bottleneck_tasks.__main__
import bottleneck_tasks.commands.publish
import bottleneck_tasks.publish_month
import bottleneck_tasks.store.objects

__all__ = ["bottleneck_tasks", "openpyxl", "xlwt"]
