"""The functions of include/experimenttracker.h, one entry each: result, arguments.

A test compares this table with the header.
"""

from __future__ import annotations

from collections.abc import Mapping
from ctypes import (
    POINTER,
    c_char_p,
    c_double,
    c_int,
    c_int64,
    c_size_t,
    c_ssize_t,
    c_uint32,
    c_uint64,
    c_void_p,
)
from typing import Any

from .pointers import (
    ArtifactPointer,
    CheckPointer,
    ComparisonPointer,
    DashboardPointer,
    ExperimentPointer,
    HistoryPointer,
    HistoryReaderPointer,
    IncrementPointer,
    ListingPointer,
    ReportPointer,
    ValuePointer,
    ValueReaderPointer,
    WatchPointer,
)

# A `char *` that the library hands over stays a c_void_p: ctypes would turn a c_char_p into bytes
# and lose the address that has to be released.
Text = c_char_p
OwnedText = c_void_p
TextOut = POINTER(OwnedText)

INCREMENT, INCREMENT_OUT = IncrementPointer, POINTER(IncrementPointer)
LISTING, LISTING_OUT = ListingPointer, POINTER(ListingPointer)
EXPERIMENT, EXPERIMENT_OUT = ExperimentPointer, POINTER(ExperimentPointer)
EXPERIMENTS = POINTER(ExperimentPointer)
ARTIFACT, ARTIFACT_OUT = ArtifactPointer, POINTER(ArtifactPointer)
HISTORY, HISTORY_OUT = HistoryPointer, POINTER(HistoryPointer)
HISTORY_READER = HistoryReaderPointer
HISTORY_READER_OUT = POINTER(HistoryReaderPointer)
VALUE, VALUE_OUT = ValuePointer, POINTER(ValuePointer)
VALUE_READER, VALUE_READER_OUT = ValueReaderPointer, POINTER(ValueReaderPointer)
COMPARISON, COMPARISON_OUT = ComparisonPointer, POINTER(ComparisonPointer)
CHECK, CHECK_OUT = CheckPointer, POINTER(CheckPointer)
REPORT, REPORT_OUT = ReportPointer, POINTER(ReportPointer)
WATCH, WATCH_OUT = WatchPointer, POINTER(WatchPointer)
DASHBOARD, DASHBOARD_OUT = DashboardPointer, POINTER(DashboardPointer)
# Structures that only C programs look into.
STRUCTURE, STRUCTURE_OUT = c_void_p, POINTER(c_void_p)
DOCUMENT, DOCUMENT_OUT = c_void_p, POINTER(c_void_p)
TEXTS, DOUBLES, INTEGERS = POINTER(c_char_p), POINTER(c_double), POINTER(c_int64)

PROTOTYPES: Mapping[str, tuple[Any, tuple[Any, ...]]] = {
    # Library
    "et_version": (Text, ()),
    "et_abi_version": (c_int, ()),
    "et_last_error": (Text, ()),
    "et_last_error_json": (Text, ()),
    "et_error_name": (Text, (c_int,)),
    "et_text_shown": (c_int, (Text, TextOut)),
    "et_url_redact": (c_int, (Text, TextOut)),
    "et_results_html": (c_int, (Text, TextOut)),
    "et_params_differing": (c_int, (Text, TextOut)),
    "et_string_free": (None, (OwnedText,)),
    # Increments
    "et_project_path": (c_int, (Text, TextOut)),
    "et_project_increments": (c_int, (Text, TextOut)),
    "et_project_open": (c_int, (Text, STRUCTURE_OUT)),
    "et_project_free": (None, (STRUCTURE,)),
    "et_folder_name": (c_int, (Text, TextOut)),
    "et_increment_open": (c_int, (Text, Text, INCREMENT_OUT)),
    "et_increment_ensure": (c_int, (Text, Text, INCREMENT_OUT)),
    "et_increment_name": (Text, (INCREMENT,)),
    "et_increment_path": (Text, (INCREMENT,)),
    "et_increment_reason": (Text, (INCREMENT,)),
    "et_increment_free": (None, (INCREMENT,)),
    "et_listing_open": (c_int, (INCREMENT, Text, LISTING_OUT)),
    "et_listing_of": (c_int, (EXPERIMENTS, c_size_t, LISTING_OUT)),
    "et_listing_count": (c_size_t, (LISTING,)),
    "et_listing_read": (c_int, (LISTING, c_size_t, TextOut)),
    "et_listing_table": (c_int, (LISTING, c_size_t, c_size_t, TextOut)),
    "et_listing_text": (c_int, (LISTING, Text, c_int, TextOut)),
    "et_listing_html": (c_int, (LISTING, Text, TextOut)),
    "et_listing_export": (c_int, (LISTING, Text, Text, TextOut)),
    "et_listing_notes": (c_int, (LISTING, TextOut)),
    "et_listing_free": (None, (LISTING,)),
    # Starting and finding experiments
    "et_experiment_start": (c_int, (INCREMENT, Text, Text, EXPERIMENT_OUT)),
    "et_experiment_start_child": (c_int, (EXPERIMENT, Text, Text, EXPERIMENT_OUT)),
    "et_experiment_open": (c_int, (INCREMENT, Text, EXPERIMENT_OUT)),
    "et_experiment_open_archived": (c_int, (INCREMENT, Text, EXPERIMENT_OUT)),
    "et_text_closest": (c_int, (Text, Text, TextOut)),
    "et_experiment_name": (Text, (EXPERIMENT,)),
    "et_experiment_path": (Text, (EXPERIMENT,)),
    "et_experiment_increment": (Text, (EXPERIMENT,)),
    "et_experiment_archive": (c_int, (EXPERIMENT, c_int, EXPERIMENT_OUT)),
    "et_experiment_restore": (c_int, (EXPERIMENT, EXPERIMENT_OUT)),
    "et_experiment_delete": (c_int, (EXPERIMENT, c_int)),
    "et_experiment_free": (None, (EXPERIMENT,)),
    # Logging
    "et_experiment_log_param_int": (c_int, (EXPERIMENT, Text, c_int64)),
    "et_experiment_log_param_double": (c_int, (EXPERIMENT, Text, c_double)),
    "et_experiment_log_param_bool": (c_int, (EXPERIMENT, Text, c_int)),
    "et_experiment_log_param_text": (c_int, (EXPERIMENT, Text, Text)),
    "et_experiment_log_params": (c_int, (EXPERIMENT, Text)),
    "et_experiment_log_metric": (c_int, (EXPERIMENT, Text, c_double, c_int64)),
    "et_experiment_log_metric_int": (c_int, (EXPERIMENT, Text, c_int64, c_int64)),
    "et_experiment_log_metric_bool": (c_int, (EXPERIMENT, Text, c_int, c_int64)),
    "et_experiment_log_metrics": (c_int, (EXPERIMENT, TEXTS, DOUBLES, c_size_t, c_int64)),
    "et_experiment_try_log_metric": (c_int, (EXPERIMENT, Text, c_double, c_int64)),
    "et_experiment_try_log_point": (c_int, (EXPERIMENT, Text, c_void_p)),
    "et_experiment_try_log_metrics": (c_int, (EXPERIMENT, TEXTS, DOUBLES, c_size_t, c_int64)),
    "et_experiment_log_series": (c_int, (EXPERIMENT, Text, DOUBLES, INTEGERS, DOUBLES, c_size_t)),
    "et_experiment_log_array": (
        c_int,
        (EXPERIMENT, Text, c_void_p, c_int, c_ssize_t, INTEGERS, DOUBLES, c_size_t),
    ),
    "et_experiment_log_histogram": (
        c_int,
        (EXPERIMENT, Text, DOUBLES, DOUBLES, c_size_t, c_int64, c_double),
    ),
    "et_experiment_log_distribution": (
        c_int,
        (EXPERIMENT, Text, DOUBLES, c_size_t, c_size_t, c_int64, c_double),
    ),
    "et_experiment_log_text": (c_int, (EXPERIMENT, Text, Text, c_int64, c_double)),
    "et_experiment_log_image": (c_int, (EXPERIMENT, Text, c_void_p, c_size_t, c_int64, c_double)),
    "et_experiment_log_summary": (c_int, (EXPERIMENT, c_void_p, c_size_t, c_int64, c_double)),
    "et_experiment_log_note": (c_int, (EXPERIMENT, Text)),
    "et_experiment_add_tag": (c_int, (EXPERIMENT, Text)),
    "et_experiment_remove_tag": (c_int, (EXPERIMENT, Text)),
    "et_experiment_set_status": (c_int, (EXPERIMENT, Text, Text)),
    "et_experiment_select": (c_int, (EXPERIMENT, Text)),
    "et_experiment_log_fact": (c_int, (EXPERIMENT, Text, Text)),
    "et_experiment_capture_git": (c_int, (EXPERIMENT, c_double)),
    "et_experiment_capture_code": (c_int, (EXPERIMENT, Text, c_double)),
    "et_experiment_capture_text": (c_int, (EXPERIMENT, Text, Text, c_size_t)),
    "et_experiment_log_output": (c_int, (EXPERIMENT, Text, c_size_t)),
    "et_experiment_save_report": (c_int, (EXPERIMENT, Text, TextOut)),
    "et_experiment_take_notices": (c_int, (EXPERIMENT, TextOut)),
    "et_experiment_dropped": (c_int, (EXPERIMENT, POINTER(c_uint64))),
    "et_experiment_state": (c_int, (EXPERIMENT, POINTER(c_uint64))),
    "et_experiment_flush": (c_int, (EXPERIMENT, c_int)),
    "et_experiment_finish": (c_int, (EXPERIMENT, Text, Text)),
    "et_experiment_begin_finish": (c_int, (EXPERIMENT, Text, Text)),
    # Artifacts
    "et_experiment_save_bytes": (c_int, (EXPERIMENT, Text, c_void_p, c_size_t, Text)),
    "et_experiment_save_file": (c_int, (EXPERIMENT, Text, Text, Text)),
    "et_artifact_begin": (c_int, (EXPERIMENT, Text, ARTIFACT_OUT, TextOut)),
    "et_artifact_commit": (c_int, (ARTIFACT, Text)),
    "et_artifact_abort": (None, (ARTIFACT,)),
    "et_artifact_path": (c_int, (EXPERIMENT, Text, TextOut)),
    "et_artifact_check": (c_int, (EXPERIMENT, Text, c_uint64)),
    "et_artifact_use": (c_int, (EXPERIMENT, EXPERIMENT, Text, TextOut)),
    "et_artifact_find": (c_int, (INCREMENT, Text, TextOut)),
    "et_artifact_step_path": (c_int, (Text, c_int64, TextOut)),
    # Reading
    "et_experiment_read": (c_int, (EXPERIMENT, TextOut)),
    "et_experiment_html": (c_int, (EXPERIMENT, TextOut)),
    "et_experiment_diff": (c_int, (EXPERIMENT, EXPERIMENT, Text, TextOut)),
    "et_experiment_why": (c_int, (EXPERIMENT, EXPERIMENT, Text, TextOut)),
    "et_experiment_reproduce": (c_int, (EXPERIMENT, Text, TextOut)),
    "et_history_open": (c_int, (EXPERIMENT, Text, HISTORY_OUT)),
    "et_history_sample": (c_int, (HISTORY, c_size_t, HISTORY_OUT)),
    "et_history_count": (c_size_t, (HISTORY,)),
    "et_history_steps": (INTEGERS, (HISTORY,)),
    "et_history_values": (DOUBLES, (HISTORY,)),
    "et_history_integers": (INTEGERS, (HISTORY,)),
    "et_history_times": (DOUBLES, (HISTORY,)),
    "et_history_writers": (POINTER(c_uint32), (HISTORY,)),
    "et_history_problems": (c_int, (HISTORY, TextOut)),
    "et_history_free": (None, (HISTORY,)),
    "et_history_reader_open": (c_int, (EXPERIMENT, Text, HISTORY_READER_OUT)),
    "et_history_reader_next": (c_int, (HISTORY_READER, c_size_t, HISTORY_OUT)),
    "et_history_reader_free": (None, (HISTORY_READER,)),
    "et_value_reader_open": (c_int, (EXPERIMENT, Text, Text, VALUE_READER_OUT)),
    "et_value_reader_next": (c_int, (VALUE_READER, VALUE_OUT)),
    "et_value_reader_problems": (c_int, (VALUE_READER, TextOut)),
    "et_value_reader_free": (None, (VALUE_READER,)),
    "et_value_key": (Text, (VALUE,)),
    "et_value_kind": (Text, (VALUE,)),
    "et_value_step": (c_int64, (VALUE,)),
    "et_value_time": (c_double, (VALUE,)),
    "et_value_writer": (c_uint32, (VALUE,)),
    "et_value_text": (Text, (VALUE,)),
    "et_value_image": (c_void_p, (VALUE, POINTER(c_size_t))),
    "et_value_histogram": (
        c_size_t,
        (VALUE, POINTER(DOUBLES), POINTER(DOUBLES), POINTER(c_uint64)),
    ),
    "et_value_summary": (c_void_p, (VALUE, POINTER(c_size_t))),
    "et_value_free": (None, (VALUE,)),
    # Snapshots
    "et_experiment_snapshot": (c_int, (EXPERIMENT, STRUCTURE_OUT)),
    "et_listing_snapshot": (c_int, (LISTING, c_size_t, STRUCTURE_OUT)),
    "et_snapshot_metric": (c_void_p, (STRUCTURE, Text)),
    "et_snapshot_param": (c_void_p, (STRUCTURE, Text)),
    "et_snapshot_param_double": (c_int, (STRUCTURE, Text, DOUBLES)),
    "et_snapshot_param_int": (c_int, (STRUCTURE, Text, INTEGERS)),
    "et_snapshot_param_bool": (c_int, (STRUCTURE, Text, POINTER(c_int))),
    "et_snapshot_param_text": (c_int, (STRUCTURE, Text, TEXTS)),
    "et_snapshot_artifact": (c_void_p, (STRUCTURE, Text, c_uint64)),
    "et_snapshot_free": (None, (STRUCTURE,)),
    "et_node_get": (c_void_p, (STRUCTURE, Text)),
    "et_document_parse": (c_int, (Text, DOCUMENT_OUT)),
    "et_document_root": (c_void_p, (DOCUMENT,)),
    "et_document_free": (None, (DOCUMENT,)),
    # Comparing
    "et_increment_compare": (c_int, (INCREMENT, Text, COMPARISON_OUT)),
    "et_increment_review": (c_int, (INCREMENT, Text, TextOut)),
    "et_increment_github_issue": (c_int, (INCREMENT, Text, Text, TextOut)),
    "et_comparison_json": (c_int, (COMPARISON, TextOut)),
    "et_comparison_count": (c_size_t, (COMPARISON,)),
    "et_comparison_metric": (Text, (COMPARISON,)),
    "et_comparison_best": (c_int, (COMPARISON, POINTER(c_size_t), DOUBLES)),
    "et_comparison_value": (c_int, (COMPARISON, c_size_t, Text, DOUBLES)),
    "et_comparison_rank": (c_size_t, (COMPARISON, c_size_t)),
    "et_comparison_snapshot": (c_int, (COMPARISON, c_size_t, STRUCTURE_OUT)),
    "et_comparison_markdown": (c_int, (COMPARISON, TextOut)),
    "et_comparison_html": (c_int, (COMPARISON, TextOut)),
    "et_comparison_page": (c_int, (COMPARISON, TextOut)),
    "et_comparison_text": (c_int, (COMPARISON, c_int, TextOut)),
    "et_comparison_free": (None, (COMPARISON,)),
    # Watching
    "et_watch_open": (c_int, (INCREMENT, Text, WATCH_OUT)),
    "et_watch_look": (c_int, (WATCH, TextOut)),
    "et_watch_free": (None, (WATCH,)),
    # Dashboard
    "et_dashboard_open": (c_int, (INCREMENT, Text, DASHBOARD_OUT)),
    "et_dashboard_html": (c_int, (DASHBOARD, Text, TextOut)),
    "et_dashboard_ask": (c_int, (DASHBOARD, Text, TextOut)),
    "et_dashboard_free": (None, (DASHBOARD,)),
    # Documentation
    "et_increment_sync_docs": (c_int, (INCREMENT, Text, TextOut)),
    # Keeping the store in order
    "et_increment_archive": (c_int, (INCREMENT, Text, REPORT_OUT)),
    "et_check_open": (c_int, (INCREMENT, Text, CHECK_OUT)),
    "et_check_step": (c_int, (CHECK, POINTER(c_uint64), POINTER(c_uint64))),
    "et_check_report": (c_int, (CHECK, REPORT_OUT)),
    "et_check_free": (None, (CHECK,)),
    "et_report_json": (c_int, (REPORT, TextOut)),
    "et_report_text": (c_int, (REPORT, c_int, TextOut)),
    "et_report_html": (c_int, (REPORT, TextOut)),
    "et_report_free": (None, (REPORT,)),
    # The command line
    "et_command_run": (c_int, (c_int, TEXTS)),
}
