# SPDX-License-Identifier: LGPL-2.1-or-later
"""drgn_tasks.py TIMES, run by drgn: prints all tasks, so many times."""

import sys

from drgn.helpers.linux.list import list_for_each_entry

for _ in range(int(sys.argv[1])):
    for task in list_for_each_entry("struct task_struct", prog["init_task"].tasks.address_of_(), "tasks"):  # noqa: F821
        print(task)
