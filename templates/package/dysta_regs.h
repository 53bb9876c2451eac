/* @{ banner }@ */
/* SPDX-License-Identifier: 0BSD */
/* Table layout, status codes and latency constants of the scheduler. */

#ifndef DYSTA_REGS_H
#define DYSTA_REGS_H
/*% for section in sections %*/
/* @{ section.title }@. @{ section.doc }@ *//*% for item in section.items %*/
#define DYSTA_@{ item.name }@ @{ item.value }@/*% if !item.doc.is_empty() %*/ /* @{ item.doc }@ *//*% endif %*//*% endfor %*/
/*% endfor %*/
#endif /* DYSTA_REGS_H */
