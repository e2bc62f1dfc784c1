;;; report.el --- What the tests in Emacs have in common  -*- lexical-binding: t -*-

;; $WORKSPACE is a folder with documents to write to, ~/init.el what a page says.

(require 'cl-lib)
(setq make-backup-files nil auto-save-default nil create-lockfiles nil
      backtrace-on-error-noninteractive nil)

;; What users have from `package-install', which makes the names of packages known.
(require 'yaml-mode)
(require 'lsp-mode-autoloads nil t)

(load (expand-file-name "~/init.el") nil t)

(defvar report-failed 0)
(defvar report-patience (/ (string-to-number (or (getenv "PATIENCE") "10000")) 1000.0))

(defun check (name passed &optional detail)
  "Print a line about the check NAME, with DETAIL if it has not PASSED."
  (unless passed (cl-incf report-failed))
  (princ (format "%s %s%s\n" (if passed "ok  " "FAIL") name (if (or passed (not detail)) "" (format " -- %S" detail))))
  passed)

(defun finish ()
  (princ (if (= report-failed 0) "passed\n" (format "failed: %d checks\n" report-failed)))
  (kill-emacs (if (= report-failed 0) 0 1)))

(defun wait (condition)
  "Wait until the function CONDITION says something, and return that."
  (let ((end (+ (float-time) report-patience)) value)
    (while (and (not (setq value (ignore-errors (funcall condition)))) (< (float-time) end))
      (accept-process-output nil 0.02))
    value))

(defun open-document (name)
  (find-file (expand-file-name name (getenv "WORKSPACE"))))

(defun go-to (words &optional behind)
  "Go to the first WORDS, or BEHIND them."
  (goto-char (point-min))
  (search-forward words)
  (unless behind (goto-char (match-beginning 0))))

(defun text ()
  (buffer-substring-no-properties (point-min) (point-max)))

(defun has (words)
  (save-excursion (goto-char (point-min)) (search-forward words nil t)))

;;; report.el ends here
